import { defineConfig } from 'vitest/config';

/**
 * Two projects. `quick` needs nothing but Node. `lab` needs root and a running lab, and is started inside the
 * lab's controller namespace by `script/test`.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'quick',
          include: ['packages/*/src/**/*.test.ts', 'lab/src/**/*.test.ts', 'bench/src/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'lab',
          include: ['lab/test/**/*.lab.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
