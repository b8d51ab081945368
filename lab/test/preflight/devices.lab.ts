import { expect, test } from 'vitest';
import { afterwards } from '../fixture.ts';
import {
  addDevice,
  directoryOn,
  expectMoved,
  findingsFor,
  guestWith,
  inHost,
  repair,
  virshMigrate,
} from './scene.ts';

/** Disks that are no files: devices, volumes, and what unlocks them. */

const directory = '/srv/ferry-luns';
const lun = `${directory}/lun0`;

/** A loop device of this machine, which all hosts can have under a name of their own. */
async function loopOf(bytes: number): Promise<string> {
  const file = `/srv/shared/lun-${bytes}`;
  await inHost('alpha', 'truncate', '-s', `${bytes}`, file);
  afterwards(() => inHost('alpha', 'rm', file));
  const device = (await inHost('alpha', 'losetup', '--find', '--show', file)).trim();
  afterwards(() => inHost('alpha', 'losetup', '--detach', device));
  return device;
}

/** Gives a device of the machine a name on a host, as a LUN would have it. */
async function nameOn(host: string, device: string): Promise<void> {
  const minor = /\d+$/.exec(device)?.[0] ?? '';
  await inHost(host, 'rm', '-f', lun);
  await inHost(host, 'mknod', lun, 'b', '7', minor);
}

test('a block device that is missing, is another one, or is the same', async () => {
  await directoryOn(directory, 'alpha', 'beta');
  const device = await loopOf(8 * 1024 ** 2);
  const other = await loopOf(4 * 1024 ** 2);
  await nameOn('alpha', device);
  const disk = `<disk type="block" device="disk"><driver name="qemu" type="raw" cache="none"/><source dev="${lun}"/><target dev="vdb" bus="virtio"/></disk>`;
  const moved = await guestWith('alpha', addDevice(disk));
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.device-missing')).toMatchObject([
    { severity: 'blocker', values: { path: lun, disk: 'vdb' } },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain(`'${lun}'`);
  await nameOn('beta', other);
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.device-differs')).toMatchObject([
    { severity: 'blocker' },
  ]);
  await nameOn('beta', device);
  // A loop device has no serial number.
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.device-unproven')).toMatchObject([
    { severity: 'warning' },
  ]);
  await expectMoved(moved, 'alpha', 'beta');
});

test('a volume whose pool is missing, does not run, or runs', async () => {
  const pool = 'ferry-guests';
  const path = '/srv/shared/ferry-guests';
  await inHost('alpha', 'mkdir', path);
  afterwards(() => inHost('alpha', 'rm', '-rf', path));
  const define = async (host: string) => {
    await inHost(host, 'virsh', 'pool-define-as', pool, 'dir', '--target', path);
    afterwards(() => inHost(host, 'sh', '-c', `virsh pool-destroy ${pool}; virsh pool-undefine ${pool}`));
  };
  await define('alpha');
  await inHost('alpha', 'virsh', 'pool-start', pool);
  await inHost('alpha', 'virsh', 'vol-create-as', pool, 'data', '8M', '--format', 'qcow2');
  const disk = `<disk type="volume" device="disk"><driver name="qemu" type="qcow2" cache="none"/><source pool="${pool}" volume="data"/><target dev="vdb" bus="virtio"/></disk>`;
  const moved = await guestWith('alpha', addDevice(disk));
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.no-pool')).toMatchObject([
    { severity: 'blocker' },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain(pool);
  await define('beta');
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.pool-inactive')).toMatchObject([
    { severity: 'blocker', fix: { automatic: true } },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain('is not active');
  expect(await repair(moved, 'alpha', 'beta', 'storage.pool-inactive')).toContain(
    `virsh pool-destroy ${pool}`,
  );
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.volume-shared')).toHaveLength(1);
  await expectMoved(moved, 'alpha', 'beta');
});

test('a volume of the same name that is another one', async () => {
  const pool = 'ferry-own';
  const path = '/var/lib/ferry-own';
  await directoryOn(path, 'alpha', 'beta');
  for (const host of ['alpha', 'beta']) {
    await inHost(host, 'virsh', 'pool-create-as', pool, 'dir', '--target', path);
    afterwards(() => inHost(host, 'virsh', 'pool-destroy', pool));
  }
  const create = (host: string) => inHost(host, 'virsh', 'vol-create-as', pool, 'data', '8M');
  await create('alpha');
  const disk = `<disk type="volume" device="disk"><driver name="qemu" type="raw" cache="none"/><source pool="${pool}" volume="data"/><target dev="vdb" bus="virtio"/></disk>`;
  const moved = await guestWith('alpha', addDevice(disk));
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.no-volume')).toMatchObject([
    { severity: 'blocker', values: { volume: 'data' } },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain("no storage vol with matching name 'data'");
  await create('beta');
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.volume-local')).toMatchObject([
    { severity: 'blocker' },
  ]);
  // Told that it is safe, libvirt moves the guest to the other disk.
  const stricter = 'the guest then runs on another disk than its own';
  expect(await virshMigrate(moved, 'alpha', 'beta', {}, { stricter })).toBe('');
});

test('a secret that is missing', async () => {
  const uuid = 'fe445555-0000-4000-8000-000000000001';
  const secret = `<secret ephemeral="no" private="yes"><uuid>${uuid}</uuid><usage type="volume"><volume>/srv/shared/luks.qcow2</volume></usage></secret>`;
  const image = '/srv/shared/luks.qcow2';
  const define = async (host: string) => {
    await inHost(
      host,
      'sh',
      '-c',
      `echo '${secret}' > /root/secret.xml; virsh secret-define /root/secret.xml`,
    );
    afterwards(() => inHost(host, 'virsh', 'secret-undefine', uuid));
    await inHost(host, 'sh', '-c', `virsh secret-set-value ${uuid} --base64 "$(printf geheim | base64)"`);
  };
  await define('alpha');
  // It measures how fast it can hash, and says so where it was not let: "Unable to get accurate CPU usage".
  const encrypted = '--object secret,id=s,data=geheim -o encrypt.format=luks,encrypt.key-secret=s';
  const create = `qemu-img create -q -f qcow2 ${encrypted},encrypt.iter-time=10 ${image} 8M`;
  await inHost('alpha', 'sh', '-c', `for try in 1 2 3 4 5 6 7 8; do ${create} && exit; done; exit 1`);
  afterwards(() => inHost('alpha', 'rm', image));
  const disk = `<disk type="file" device="disk"><driver name="qemu" type="qcow2" cache="none"/><source file="${image}"><encryption format="luks"><secret type="passphrase" uuid="${uuid}"/></encryption></source><target dev="vdb" bus="virtio"/></disk>`;
  const moved = await guestWith('alpha', addDevice(disk));
  expect((await findingsFor(moved, 'alpha', 'beta')).of('secret.missing')).toMatchObject([
    { severity: 'blocker', values: { secret: uuid, disk: 'vdb' } },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain('no secret with matching uuid');
  await define('beta');
  expect((await findingsFor(moved, 'alpha', 'beta')).of('secret.present')).toHaveLength(1);
  await expectMoved(moved, 'alpha', 'beta');
});
