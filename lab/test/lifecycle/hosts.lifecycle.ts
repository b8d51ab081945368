import { setTimeout } from 'node:timers/promises';
import { addGuest, CONTROLLER, captureInHost, queryGuest, restartService, up } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { first, quiet } from './two-labs.ts';

const inside = (host: string, ...command: string[]) => captureInHost(first, host, command);

test('hosts are hosts: ssh between names, the disk shared, a killed service comes back, the guest stays', async () => {
  await up({ name: first }, quiet);
  expect(await inside(CONTROLLER, 'ssh', '-o', 'BatchMode=yes', 'beta', 'hostname')).toMatchObject({
    stdout: 'beta\n',
    exitCode: 0,
  });
  const write = 'echo seen >/srv/shared/by-both; echo hidden >/var/lib/libvirt/images/by-one';
  await inside('alpha', 'sh', '-c', write);
  expect(await inside('beta', 'cat', '/srv/shared/by-both')).toMatchObject({ stdout: 'seen\n' });
  expect((await inside('beta', 'cat', '/var/lib/libvirt/images/by-one')).exitCode).not.toBe(0);
  await addGuest(first, { name: 'web', host: 'alpha' });
  await restartService(first, 'alpha', 'libvirtd');
  expect(await inside('alpha', 'virsh', 'domstate', 'web')).toMatchObject({ stdout: 'running\n\n' });
  const report = await queryGuest(first, 'web', 'verify');
  expect(report.memory).toMatchObject({ errors: 0 });
  expect(report.disk).toMatchObject({ errors: 0 });
});

test('a host has its own home and environment, and none of the machine’s', async () => {
  await up({ name: first }, quiet);
  expect((await inside(CONTROLLER, 'find', '/root', '-type', 'f')).stdout.trim().split('\n').sort()).toEqual([
    '/root/.config/ferry/hosts.yaml',
    '/root/.ssh/id_ed25519',
    '/root/.ssh/known_hosts',
    '/root/wrong/cacert.pem',
    '/root/wrong/clientcert.pem',
    '/root/wrong/clientkey.pem',
    '/root/wrong/id_unknown',
  ]);
  expect((await inside('alpha', 'find', '/root', '-type', 'f')).stdout).toBe('/root/.ssh/authorized_keys\n');
  expect((await inside('alpha', 'env')).stdout).not.toContain('VITEST');
  const daemon = await inside('alpha', 'sh', '-c', 'cat /proc/$(cat /run/libvirtd.pid)/environ');
  expect(daemon.stdout).toContain('HOME=/root');
  expect(daemon.stdout).not.toContain('VITEST');
});

test('a witness that can tell: a byte changed behind the guest is found', async () => {
  await up({ name: first }, quiet);
  const guest = await addGuest(first, { name: 'web', host: 'alpha', diskFormat: 'raw', diskRateMBps: 20 });
  const written = async () => (await queryGuest(first, 'web', 'status')).disk.bytesWritten;
  while ((await written()) < 1_000_000) await setTimeout(50);
  expect((await queryGuest(first, 'web', 'verify')).disk.errors).toBe(0);
  const onto = [`of=${guest.diskPath}`, 'bs=64k', 'count=1', 'conv=notrunc', 'oflag=direct'];
  await inside('alpha', 'dd', 'if=/dev/urandom', ...onto);
  expect((await queryGuest(first, 'web', 'verify')).disk.errors).toBeGreaterThan(0);
});
