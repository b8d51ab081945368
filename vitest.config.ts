import { defineConfig } from 'vitest/config';

/**
 * `quick` needs nothing but Node. `lab` needs root and a running lab, and is started in the network of the lab's
 * controller. `lifecycle` needs root and makes labs of its own. `script/test` runs them. `machines` needs root and some
 * minutes more: it makes a lab of full machines (`script/test --machines`).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'quick',
          include: ['packages/*/src/**/*.test.ts', 'lab/src/**/*.test.ts', 'bench/src/**/*.test.ts'],
          // A busy machine is no failure.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['lab/test/**/*.lab.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'lifecycle',
          include: ['lab/test/**/*.lifecycle.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'machines',
          include: ['lab/test/**/*.machines.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
