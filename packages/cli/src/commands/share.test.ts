import type { ShareReport, ShareRequest, ShareStatus } from '@virt-ferry/engine';
import { EngineError } from '@virt-ferry/engine/errors';
import { expect, test } from 'vitest';
import { fakeIo, ferry } from '../testing/fake-io.ts';

const HOSTS = ['--server', 'qemu+ssh://root@a/system', '--client', 'qemu+ssh://root@b/system'];
const report: ShareReport = {
  ...{ result: 'done', shareId: 's', server: 'a', path: '/data', problems: [] },
  steps: [
    { id: 'directory', host: 'a', state: 'done', message: 'directory /data', values: { path: '/data' } },
    { id: 'selinux', host: 'b', state: 'so', message: 'SELinux lets QEMU use NFS', values: {} },
  ],
};

test('what is asked for reaches the engine, and what was done is said', async () => {
  const asked: ShareRequest[] = [];
  const io = fakeIo({
    createShare: async (request, _env, options) => {
      asked.push(request);
      for (const step of report.steps) options?.onStep?.(step);
      return report;
    },
  });
  const { exitCode, stdout, stderr } = await ferry(io, 'share', 'create', ...HOSTS, '--path', '/data');
  expect(exitCode).toBe(0);
  expect(stderr).toBe('a  done    directory /data\nb  is so   SELinux lets QEMU use NFS\n');
  expect(stdout).toBe('/data of a is shared; look at it with: ferry share status\n');
  expect(asked).toEqual([
    {
      server: { name: 'a', uri: 'qemu+ssh://root@a/system' },
      clients: [{ name: 'b', uri: 'qemu+ssh://root@b/system' }],
      ...{ path: '/data', mount: '/data', nfs: '4.2', mountWith: 'pool', address: null, firewall: 'open' },
    },
  ]);
});

test('in Chinese, where that is wanted', async () => {
  const io = fakeIo({ createShare: async () => ({ ...report, result: 'planned' }) }, { LANG: 'zh_CN.UTF-8' });
  const { stdout } = await ferry(io, 'share', 'create', ...HOSTS, '--path', '/data');
  expect(stdout).toBe(
    'a  完成  目录 /data\nb  已是  SELinux 允许 QEMU 使用 NFS（virt_use_nfs）\n没有任何改动（--dry-run）\n',
  );
});

test.each([
  ['done', 0],
  ['nothing', 0],
  ['planned', 0],
  ['blocked', 3],
  ['taken-back', 4],
  ['left', 5],
] as const)('%s exits with %i', async (result, code) => {
  const io = fakeIo({ createShare: async () => ({ ...report, result }) });
  expect((await ferry(io, 'share', 'create', ...HOSTS, '--path', '/data')).exitCode).toBe(code);
});

test.each([
  [['--path', 'data'], 'is not absolute'],
  [['--path', '/da ta'], 'has a character other than'],
  [['--path', '/data/$(reboot)'], 'has a character other than'],
  [['--path', '/data/../etc'], 'is not plain'],
  [['--path', '/etc/libvirt'], "is one of the system's own"],
  [['--path', '/data', '--mount', '/'], 'is the root of the host'],
  [['--path', '/data', '--client', 'qemu+ssh://root@a/system'], 'a is named twice'],
  [['--path', '/data', '--client', 'nobody'], 'unknown host nobody'],
  [['--path', '/data', '--nfs', '2'], 'Allowed choices are 4.2, 3'],
])('%j is one line and exit 2', async (words, line) => {
  const { exitCode, stdout, stderr } = await ferry(fakeIo(), 'share', 'create', ...HOSTS, ...words);
  expect(stderr).toContain(line);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect([exitCode, stdout]).toEqual([2, '']);
});

test('a host without a shell is said, and exit 3', async () => {
  const hosts = ['--server', 'qemu+tcp://a/system', '--client', 'qemu+tcp://b/system'];
  const { exitCode, stderr } = await ferry(fakeIo(), 'share', 'create', ...hosts, '--path', '/data');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('ferry: a: its URI gives no shell; say how to log in there');
});

test('a share that is not there cannot be removed', async () => {
  const words = ['share', 'remove', '--server', 'qemu+ssh://root@a/system', '--path', '/data'];
  const { exitCode, stderr } = await ferry(fakeIo(), ...words);
  expect([exitCode, stderr]).toEqual([
    2,
    'ferry: the journal knows no share /data of a; see: ferry share status\n',
  ]);
});

test('a removal that is refused says by what', async () => {
  const io = fakeIo({
    removeShare: async () => {
      throw new EngineError('share', 'cannot ask the libvirtd of b');
    },
  });
  const words = ['share', 'remove', '--server', 'qemu+ssh://root@a/system', '--path', '/data'];
  expect((await ferry(io, ...words)).exitCode).toBe(3);
});

test('the status of nothing, and of a share that is not well', async () => {
  expect((await ferry(fakeIo(), 'share', 'status')).stderr).toContain('nothing is shared by Ferry');
  const bad: ShareStatus = {
    ...{ server: 'a', path: '/data', mount: '/data', verdict: 'bad' },
    items: [
      { id: 'space', host: 'a', severity: 'pass', message: 'there is room', remedy: null, values: {} },
      { id: 'no-answer', host: 'b', severity: 'blocker', message: 'no', remedy: 'go there', values: {} },
    ],
  };
  const io = fakeIo({ shareStatus: async () => bad });
  const { exitCode, stdout } = await ferry(io, 'share', 'status', ...HOSTS, '--path', '/data');
  expect(exitCode).toBe(3);
  expect(stdout).toBe('✖ no\n  remedy: go there\n✔ there is room\nthe share /data of a is not well\n');
});

test('a VM is found by itself, its disks are copied onto a share, and how far that is is told', async () => {
  const here = { name: 'b', uri: 'qemu+ssh://root@b/system' };
  const asked: unknown[] = [];
  const io = fakeIo({
    findDomain: async () => here,
    adoptDomain: async (request, _env, options) => {
      asked.push(request);
      for (const copiedBytes of [1, 25, 29, 100])
        options?.onProgress?.({ disk: 'vda', copiedBytes, totalBytes: 100 });
      return { ...report, steps: [] };
    },
  });
  const { exitCode, stdout, stderr } = await ferry(io, 'share', 'adopt', 'web-3');
  expect([exitCode, stderr]).toEqual([0, 'vda: 20 %\nvda: 100 %\n']);
  expect(stdout).toBe('web-3 has its disks on /data of a; the old images are left\n');
  expect(asked).toEqual([{ domain: 'web-3', host: here, server: null, path: null }]);
});
