import { expect, test } from 'vitest';
import { hierarchyOf, parseCpuController } from './cpu-controller.ts';

const tmpfs = 'tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0';
const unified = 'cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0';

test.each([
  {
    what: 'version 1, the controller by itself',
    mounts: [tmpfs, 'cgroup /sys/fs/cgroup/cpu cgroup rw,relatime,cpu 0 0', unified],
    memberships: ['4:memory:/x', '1:cpu:/', '0::/'],
    found: { version: 1, mountPoint: '/sys/fs/cgroup/cpu', controllers: ['cpu'] },
    hierarchy: 'cpu',
  },
  {
    what: 'version 1, mounted together with its accounting; cpuset is another one',
    mounts: [
      'cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0',
      'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0',
    ],
    memberships: ['5:cpuset:/', '3:cpu,cpuacct:/user.slice'],
    found: { version: 1, mountPoint: '/sys/fs/cgroup/cpu,cpuacct', controllers: ['cpu', 'cpuacct'] },
    hierarchy: 'cpu,cpuacct',
  },
  {
    what: 'version 2',
    mounts: ['cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate 0 0'],
    memberships: ['0::/user.slice'],
    found: { version: 2, mountPoint: '/sys/fs/cgroup', controllers: ['cpu'] },
    hierarchy: 'unified',
  },
])('$what', ({ mounts, memberships, found, hierarchy }) => {
  const controller = parseCpuController(mounts.join('\n'), `${memberships.join('\n')}\n`);
  expect(controller).toEqual(found);
  expect(controller && hierarchyOf(controller)).toBe(hierarchy);
});

test.each([
  { what: 'nothing is mounted', mounts: [tmpfs], memberships: ['0::/'] },
  { what: 'version 2 may only be read', mounts: ['cgroup2 /c cgroup2 ro,nosuid 0 0'], memberships: ['0::/'] },
  { what: 'version 1 has it, and is mounted nowhere', mounts: [unified], memberships: ['1:cpu:/', '0::/'] },
])('none, since $what', ({ mounts, memberships }) => {
  expect(parseCpuController(mounts.join('\n'), memberships.join('\n'))).toBeNull();
});
