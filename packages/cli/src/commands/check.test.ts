import { describe, expect, test } from 'vitest';
import { fakeIo, ferry } from '../testing/fake-io.ts';
import { finding, report } from '../testing/samples.ts';

const alpha = { name: 'alpha', uri: 'qemu+tcp://a/system' };

describe('ferry check', () => {
  const checking = (...findings: Parameters<typeof report>) =>
    fakeIo({ check: async () => report(...findings), findDomain: async () => alpha });
  const to = ['--to', 'qemu+tcp://b/system'];

  test('blockers first, each with what it rests on and what mends it; the verdict last', async () => {
    const io = checking(
      finding('pass', 'beta can run it'),
      finding('warning', 'tight'),
      finding('blocker', 'beta lacks avx512f', 'choose another CPU model'),
    );
    expect(await ferry(io, 'check', 'web', ...to)).toEqual({
      exitCode: 3,
      stderr: '',
      stdout: `Blockers
  ✖ beta lacks avx512f
    1 of 2
    remedy: choose another CPU model

Warnings
  ! tight
    1 of 2

Passed
  ✔ beta can run it
    1 of 2

web cannot move from alpha to beta
`,
    });
  });

  test.each([
    { findings: [finding('pass', 'fine')], says: /can move from alpha to beta\n$/ },
    { findings: [finding('warning', 'tight')], says: /but read the warnings\n$/ },
  ])('$says.source exits with 0', async ({ findings, says }) => {
    const { exitCode, stdout } = await ferry(checking(...findings), 'check', 'web', ...to);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(says);
  });

  test('--json is the report', async () => {
    const { stdout } = await ferry(checking(finding('blocker', 'no')), 'check', 'web', ...to, '--json');
    expect(JSON.parse(stdout)).toEqual(report(finding('blocker', 'no')));
  });
});
