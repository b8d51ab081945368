import { expect, test } from 'vitest';
import { isGone, isQemuOf, stateOf } from './qemu-process.ts';

const guest = { name: 'web', uuid: 'fe441111-0000-4000-8000-000000000001' };
const qemu = '/usr/bin/qemu-system-x86_64';

test.each([
  { args: [qemu, '-name', 'guest=web,debug-threads=on', '-S'], is: true },
  { args: [qemu, '-name', 'guest=web'], is: true },
  { args: ['qemu-system-aarch64', '-S', '-uuid', guest.uuid], is: true },
  { args: [qemu, '-name', 'guest=web-2,debug-threads=on', '-uuid', 'another'], is: false },
  { args: [qemu, '-S', '-machine', 'none'], is: false },
  { args: ['/bin/sh', '-name', 'guest=web'], is: false },
  { args: ['qemu-img', '-name', 'guest=web'], is: false },
  { args: [], is: false },
])('$args', ({ args, is }) => {
  expect(isQemuOf(args, guest)).toBe(is);
});

test('a process is not gone while it lives, and is when its pid is another’s', () => {
  const { startTicks } = stateOf(process.pid) ?? { startTicks: '' };
  expect(startTicks).toMatch(/^\d+$/);
  expect(isGone(process.pid, startTicks)).toBe(false);
  expect(isGone(process.pid, '1')).toBe(true);
  expect(stateOf(4_194_305)).toBeNull();
});
