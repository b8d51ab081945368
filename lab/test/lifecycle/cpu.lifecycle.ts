import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { addGuest, captureInHost, down, queryGuest, readStatus, up } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { cgroupsOf } from './traces.ts';
import { FERRY, first, observer, quiet, second } from './two-labs.ts';

const inside = (host: string, ...command: string[]) => captureInHost(first, host, command);

/** Bytes per second that a guest writes, by the clock outside. */
async function pace(name: string): Promise<number> {
  const before = (await queryGuest(first, name, 'status')).memory.bytesWritten;
  const since = performance.now();
  await setTimeout(3000);
  const after = (await queryGuest(first, name, 'status')).memory.bytesWritten;
  return ((after - before) / (performance.now() - since)) * 1000;
}

test('libvirt holds a guest back by its quota, on each host by itself; nothing of it is left', async () => {
  await Promise.all([up({ name: first }, quiet), up({ name: second }, quiet)]);
  const { hosts } = await readStatus(first);
  expect(hosts.map(({ cpuCgroup }) => cpuCgroup)).not.toContain(null);
  for (const lab of [first, second])
    await addGuest(lab, { name: 'web', host: 'alpha', disk: 'none', memoryRateMBps: 60, pattern: 'full' });
  const set = (quota: number) => inside('alpha', 'virsh', 'schedinfo', 'web', '--set', `vcpu_quota=${quota}`);
  const free = await pace('web');
  expect((await set(2000)).stdout).toMatch(/^vcpu_quota\s*: 2000$/m);
  const held = await pace('web');
  expect(held).toBeLessThan(free / 3);
  const inSecond = await captureInHost(second, 'alpha', ['virsh', 'schedinfo', 'web']);
  expect(inSecond.stdout).toMatch(/^vcpu_quota\s*: -1$/m);
  // It goes with the guest.
  const wires = ['qemu+tcp://10.77.0.2/system', 'tcp://10.77.0.2'];
  await set(20_000);
  expect(await inside('alpha', 'virsh', 'migrate', '--live', 'web', ...wires)).toMatchObject({ exitCode: 0 });
  expect((await inside('beta', 'virsh', 'schedinfo', 'web')).stdout).toMatch(/^vcpu_quota\s*: 20000$/m);
  expect((await queryGuest(first, 'web', 'verify')).memory.errors).toBe(0);
  await observer.noteNetworks();
  await down(first);
  expect(await cgroupsOf([first])).toEqual([]);
  expect(await cgroupsOf([second])).not.toEqual([]);
});

test('a host that died with its guest leaves no cgroup either', async () => {
  await up({ name: first }, quiet);
  await addGuest(first, { name: 'web', host: 'alpha', disk: 'none' });
  const [alpha] = (await readStatus(first)).hosts;
  process.kill(alpha?.pid ?? 0, 'SIGKILL');
  await observer.noteNetworks();
  await down(first);
  await observer.expectNothing();
});

test('where there is no cpu controller, hosts come up without, and say so', async () => {
  const hidden = 'mount --make-rprivate /sys; umount --recursive /sys/fs/cgroup; exec "$@"';
  const unshare = ['--mount', '--propagation', 'unchanged', 'sh', '-ec', hidden, 'sh'];
  const child = spawn('unshare', [...unshare, process.execPath, FERRY, 'lab', 'up', '--name', first]);
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  const { state, hosts } = await readStatus(first);
  expect({ state, has: hosts.map(({ cpuCgroup }) => cpuCgroup) }).toEqual({ state: 'up', has: [null, null] });
  await addGuest(first, { name: 'web', host: 'alpha', disk: 'none' });
});
