import { expect, test } from 'vitest';
import { fakeIo, ferry } from '../testing/fake-io.ts';

test('ferry hosts, from nothing to nothing', async () => {
  const io = fakeIo();
  expect((await ferry(io, 'hosts')).stderr).toContain('no hosts in');
  const add = ['hosts', 'add', 'beta', 'qemu+tcp://b/system', '--migration-address', '10.9.0.2'];
  const more = ['--peer-uri', 'qemu+tls://b/system', '--json'];
  expect(JSON.parse((await ferry(io, ...add, ...more)).stdout)).toEqual({
    name: 'beta',
    uri: 'qemu+tcp://b/system',
    migrationAddress: '10.9.0.2',
    peerUri: 'qemu+tls://b/system',
    change: 'added',
  });
  expect((await ferry(io, 'hosts')).stdout).toContain(
    'NAME  URI                  MIGRATION ADDRESS  FOR ITS PEERS\nbeta  qemu+tcp://b/system  10.9.0.2           qemu+tls://b/system\n',
  );
  expect((await ferry(io, 'hosts', 'remove', 'beta')).exitCode).toBe(0);
  expect((await ferry(io, 'hosts', 'remove', 'beta')).exitCode).toBe(2);
});

test('ferry hosts show asks the host', async () => {
  const io = fakeIo({
    readHost: async (ref) => ({
      ref,
      hostname: 'b.example',
      uuid: 'u',
      arch: 'aarch64',
      libvirtVersion: 9_000_000,
      hypervisorVersion: 7_002_022,
      cpus: 4,
      memoryBytes: 8 * 1024 ** 3,
      availableMemoryBytes: 6 * 1024 ** 3,
      numaCells: [],
      pageSizesKiB: [4],
      securityModels: [],
    }),
  });
  const { exitCode, stdout } = await ferry(io, 'hosts', 'show', 'qemu+tcp://b/system');
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`name        b
uri         qemu+tcp://b/system
hostname    b.example
uuid        u
libvirt     9.0.0
hypervisor  7.2.22
cpus        4 (aarch64)
memory      6 GiB of 8 GiB available
`);
});
