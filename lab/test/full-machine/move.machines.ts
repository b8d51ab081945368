import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  addGuest,
  CONTROLLER,
  captureInHost,
  down,
  type NewGuest,
  queryGuest,
  readStatus,
  removeGuest,
  up,
} from '@virt-ferry/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Observer } from '../lifecycle/traces.ts';

const lab = `full-${process.pid}`;
const hosts = ['alpha', 'beta'];
const topology = fileURLToPath(new URL('../../topologies/machines.yaml', import.meta.url));
const nowhere = mkdtempSync(join(tmpdir(), 'ferry-full-'));
const observer = new Observer([lab], nowhere);

const inside = (host: string, ...command: string[]) => captureInHost(lab, host, command);
const script = (host: string, text: string) => inside(host, 'sh', '-c', text);
const small = { memoryMiB: 192, loadMemoryMiB: 32, memoryRateMBps: 4, diskRateMBps: 1 } as const;
const uri = (host: string) => `qemu+ssh://root@${host}/system`;

beforeAll(() => up({ name: lab, topology }, (line) => console.error(line)));
afterAll(async () => {
  await observer.noteNetworks();
  await down(lab);
  await observer.expectNothing();
  rmSync(nowhere, { recursive: true });
});

describe('full machines', () => {
  test('are seen, with their services, by who asks for the lab', async () => {
    const { state, hosts: seen } = await readStatus(lab);
    expect(state).toBe('up');
    for (const host of seen)
      expect(host).toMatchObject({ kind: 'full machine', services: ['libvirtd', 'sshd'], cpuCgroup: 2 });
    expect(seen.every(({ libvirtVersion }) => libvirtVersion !== null)).toBe(true);
  });

  test('have all that is theirs, and nothing in common that must differ', async () => {
    const identity =
      'hostname; cat /etc/machine-id; virsh capabilities | grep "<uuid>"; cat /etc/ssh/ssh_host_*.pub';
    const [alpha, beta] = await Promise.all(hosts.map((host) => script(host, identity)));
    const lines = [alpha, beta].map((one) => one?.stdout.trim().split('\n') ?? []);
    expect(lines[0]).toHaveLength(4);
    for (const line of lines[0] ?? []) expect(lines[1]).not.toContain(line);
  });

  test('find each other by name, and are reached from the controller as they are', async () => {
    expect(await inside('alpha', 'ping', '-c', '1', '-W', '5', 'beta')).toMatchObject({ exitCode: 0 });
    const asked = ['ssh', '-o', 'BatchMode=yes', 'beta', 'hostname'];
    expect(await inside(CONTROLLER, ...asked)).toMatchObject({ stdout: 'beta\n', exitCode: 0 });
  });

  test('run what systemd has them run, and let in only what they must', async () => {
    const running = 'systemctl is-active nftables rpcbind systemd-networkd';
    expect((await script('alpha', running)).stdout).toBe('active\nactive\nactive\n');
    // rpcbind listens, but not to whoever comes.
    const reaches = (port: number) => inside(CONTROLLER, 'nc', '-z', '-w', '5', 'alpha', String(port));
    expect((await reaches(22)).exitCode).toBe(0);
    expect((await reaches(111)).exitCode).not.toBe(0);
  });

  test('tell the same time', async () => {
    const times = await Promise.all(hosts.map((host) => inside(host, 'date', '+%s.%N')));
    const [alpha = 0, beta = 0] = times.map(({ stdout }) => Number(stdout));
    expect(Math.abs(alpha - beta)).toBeLessThan(10);
  });

  test('install what NFS needs, though they reach no network', async () => {
    const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -y -q nfs-kernel-server nfs-common';
    const ran = await script('alpha', install);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect((await script('alpha', 'exportfs -v && systemctl is-active nfs-server')).stdout).toContain(
      'active',
    );
  });
});

describe('a guest in a full machine', () => {
  const cases: readonly { readonly disk: NewGuest['disk']; readonly options: readonly string[] }[] = [
    { disk: 'none', options: [] },
    { disk: 'local', options: ['--copy-storage-all'] },
  ];
  test.each(cases)('disk $disk: moves by virsh, moves back by Ferry, whole', async ({ disk, options }) => {
    const name = `web-${disk}`;
    const guest = await addGuest(lab, { name, host: 'alpha', ...small, ...(disk ? { disk } : {}) });
    if (guest.diskPath !== null)
      await inside('beta', 'qemu-img', 'create', '-q', '-f', 'qcow2', guest.diskPath, `${guest.diskMiB}M`);
    const move = ['migrate', '--live', '--persistent', '--undefinesource', ...options, name, uri('beta')];
    const moved = await inside(CONTROLLER, 'virsh', '-c', uri('alpha'), ...move);
    expect(moved.exitCode, moved.stderr).toBe(0);
    await expectWhole(name);
    await inside('alpha', 'rm', '-f', guest.diskPath ?? '');
    const back = await inside(CONTROLLER, 'ferry', 'migrate', name, '--to', 'alpha', '--yes');
    expect(back.exitCode, back.stdout + back.stderr).toBe(0);
    await expectWhole(name);
    expect((await inside('alpha', 'virsh', 'domstate', name)).stdout.trim()).toBe('running');
    await removeGuest(lab, name, hosts);
  });
});

async function expectWhole(name: string): Promise<void> {
  const { memory, disk } = await queryGuest(lab, name, 'verify');
  expect(memory.unitsVerified).toBeGreaterThan(0);
  expect([memory.errors, disk.errors]).toEqual([0, 0]);
}
