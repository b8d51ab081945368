import { addGuest, CONTROLLER, type NewGuest, readStatus, removeGuest } from '@virt-ferry/lab';
import { describe, expect, test } from 'vitest';
import { expectDone, expectWhole, ferry, hosts, inLab, inside, lab, script, small, whyNot } from './stage.ts';

const uri = (host: string) => `qemu+ssh://root@${host}/system`;

inLab();

describe.skipIf(whyNot !== null)('full machines', () => {
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
    expectDone(await script('alpha', install));
    expect((await script('alpha', 'exportfs -v && systemctl is-active nfs-server')).stdout).toContain(
      'active',
    );
  });
});

describe.skipIf(whyNot !== null)('a guest in a full machine', () => {
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
    expectDone(await inside(CONTROLLER, 'virsh', '-c', uri('alpha'), ...move));
    await expectWhole(name);
    await inside('alpha', 'rm', '-f', guest.diskPath ?? '');
    expectDone(await ferry('migrate', name, '--to', 'alpha', '--yes'));
    await expectWhole(name);
    expect((await inside('alpha', 'virsh', 'domstate', name)).stdout.trim()).toBe('running');
    await removeGuest(lab, name, hosts);
  });
});
