import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostRef } from '@virt-ferry/engine';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { type FakeIo, fakeIo, ferry } from '../testing/fake-io.ts';
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

  test('what --fix did comes first, and a finding that it can mend says so', async () => {
    const iso = {
      ...finding('blocker', 'beta lacks the ISO', 'eject it'),
      fix: { command: 'eject it', automatic: true },
    };
    const io = fakeIo({
      check: async (_request, _env, asked) => ({
        ...report(iso),
        repaired: asked?.fix
          ? [{ finding: iso, result: 'mended' as const, text: 'ejected; undo: put it back' }]
          : [],
      }),
      findDomain: async () => alpha,
    });
    const { stdout } = await ferry(io, 'check', 'web', ...to, '--fix');
    expect(stdout).toMatch(/^Mended\n {2}✔ beta lacks the ISO\n {4}ejected; undo: put it back\n\nBlockers\n/);
    expect(stdout).toContain('remedy: eject it (--fix does it)');
  });

  test('Ctrl-C takes a rehearsal back', async () => {
    const io: FakeIo = fakeIo({
      check: (_request, _env, asked) =>
        new Promise((resolve) => {
          asked?.signal?.addEventListener('abort', () => resolve(report(finding('notice', 'stopped'))));
          io.interrupt();
        }),
      findDomain: async () => alpha,
    });
    const { stdout, stderr } = await ferry(io, 'check', 'web', ...to, '--rehearse');
    expect(stderr).toBe('taking the rehearsal back\n');
    expect(stdout).toContain('stopped');
  });

  test.each([
    { words: ['web'], says: 'say where it is to go: --to HOST' },
    { words: ['web', ...to, '--all'], says: '--all is for all VMs' },
    { words: to, says: 'say which VM, or all of a host' },
    { words: [...to, '--all', '--fix'], says: 'are for one VM at a time' },
    { words: ['web', ...to, '--lang', 'fr'], says: 'Allowed choices are en, zh' },
  ])('$words is refused', async ({ words, says }) => {
    const { exitCode, stderr } = await ferry(checking(), 'check', ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe('ferry check of many', () => {
  const hosts =
    'hosts:\n  alpha: qemu+tcp://a/system\n  beta: qemu+tcp://b/system\n  gamma: qemu+tcp://c/system\n';
  function many(checkHost: Engine['checkHost']): FakeIo {
    const io = fakeIo({ checkHost });
    writeFileSync(join(io.directory, 'hosts.yaml'), hosts);
    return io;
  }
  const each = (source: HostRef, destination: HostRef) => ({
    source: source.name,
    destination: destination.name,
  });

  test('from a host to all others, the gravest finding of each', async () => {
    const io = many(async function* (source, destination) {
      const found =
        destination.name === 'beta' ? finding('blocker', 'beta is full') : finding('pass', 'fine');
      yield { ...report(found), ...each(source, destination) };
    });
    expect(await ferry(io, 'check', '--from', 'alpha')).toEqual({
      exitCode: 3,
      stderr: '',
      stdout: `NAME  FROM   TO     VERDICT      GRAVEST
web   alpha  beta   cannot move  beta is full
web   alpha  gamma  can move
`,
    });
  });

  test('all to one host: a host that cannot be reached is named, the others come', async () => {
    const io = many(async function* (source, destination) {
      if (source.name === 'gamma') throw new Error('no route to gamma');
      yield { ...report(finding('pass', 'fine')), ...each(source, destination) };
    });
    const { exitCode, stdout, stderr } = await ferry(io, 'check', '--all', '--to', 'beta', '--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject([{ source: 'alpha', destination: 'beta' }]);
    expect(stderr).toBe('ferry: gamma to beta: no route to gamma\n');
  });

  test('in Chinese, as LANG says', async () => {
    const io = many(async function* () {
      yield report(finding('pass', 'fine'));
    });
    io.env.LANG = 'zh_CN.UTF-8';
    const { stdout } = await ferry(io, 'check', '--from', 'alpha', '--to', 'beta');
    expect(stdout).toMatch(/^名称 +源 +目标 +结论 +最严重的问题\nweb +alpha +beta +可以迁移\n$/);
  });
});
