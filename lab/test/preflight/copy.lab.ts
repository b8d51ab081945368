import { boundDirectory } from '@virt-ferry/lab/faults';
import { expect, test } from 'vitest';
import { afterwards, guest, lab } from '../fixture.ts';
import {
  addDevice,
  directoryOn,
  expectMoved,
  findingsFor,
  guestWith,
  inHost,
  pools,
  repair,
  virshMigrate,
} from './scene.ts';

/** Disks that are copied along, and what the destination lacks for them. */

const copy = { copyStorage: 'all' } as const;
const images = '/var/lib/libvirt/images';

test('a file that is in the way', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local' });
  const path = `${images}/${moved.name}.qcow2`;
  await inHost('beta', 'truncate', '-s', '4096', path);
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).of('copy.in-the-way')).toMatchObject([
    { severity: 'blocker', values: { path, disk: 'vda' } },
  ]);
  await inHost('beta', 'mv', path, `${path}.old`);
  afterwards(() => inHost('beta', 'rm', `${path}.old`));
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).of('copy.room')).toHaveLength(1);
  await expectMoved(moved, 'alpha', 'beta', copy);
  expect(await pools('beta')).toEqual([]);
});

test('a disk that does not fit', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local', diskFormat: 'raw' });
  const MIB = 1024 ** 2;
  const small = await boundDirectory(lab, 'beta', images, 48 * MIB);
  afterwards(small.undo);
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).findings).toContainEqual(
    expect.objectContaining({ id: 'copy.full', severity: 'blocker' }),
  );
  await inHost('beta', 'virsh', 'pool-create-as', 'small', 'dir', '--target', images);
  afterwards(() => inHost('beta', 'sh', '-c', 'virsh pool-destroy small || true'));
  expect(await virshMigrate(moved, 'alpha', 'beta', copy)).toContain('No space left on device');
  await inHost('beta', 'virsh', 'pool-destroy', 'small');
  await small.undo();
  const fitting = await boundDirectory(lab, 'beta', images, 68 * MIB);
  afterwards(fitting.undo);
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).findings).toContainEqual(
    expect.objectContaining({ id: 'copy.tight', severity: 'warning' }),
  );
  await expectMoved(moved, 'alpha', 'beta', copy);
});

test('a directory that is missing is made', async () => {
  const directory = '/var/lib/ferry-disks';
  await directoryOn(directory, 'alpha');
  await inHost('alpha', 'qemu-img', 'create', '-q', '-f', 'qcow2', `${directory}/data.qcow2`, '8M');
  const disk = `<disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="${directory}/data.qcow2"/><target dev="vdb" bus="virtio"/></disk>`;
  const moved = await guestWith('alpha', addDevice(disk));
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).of('copy.no-directory')).toMatchObject([
    { severity: 'blocker', values: { directory }, fix: { automatic: true } },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta', copy)).toContain(
    `no storage pool with matching target path '${directory}'`,
  );
  const said = await repair(moved, 'alpha', 'beta', 'copy.no-directory', copy);
  const undo = said.split('there: ')[1]?.split(' ') ?? [];
  await inHost('beta', ...undo);
  await repair(moved, 'alpha', 'beta', 'copy.no-directory', copy);
  afterwards(() => inHost('beta', 'rm', '-rf', directory));
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).of('copy.room')).toHaveLength(1);
  await expectMoved(moved, 'alpha', 'beta', copy);
  expect(await pools('beta')).toEqual([]);
});

test('a pool of the directory that does not run is started', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local' });
  await inHost('beta', 'virsh', 'pool-define-as', 'guests', 'dir', '--target', images);
  afterwards(() => inHost('beta', 'sh', '-c', 'virsh pool-destroy guests; virsh pool-undefine guests'));
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).of('copy.pool-inactive')).toMatchObject([
    { severity: 'blocker', values: { pool: 'guests' }, fix: { automatic: true } },
  ]);
  expect(await repair(moved, 'alpha', 'beta', 'copy.pool-inactive', copy)).toContain(
    'virsh pool-destroy guests',
  );
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).verdict).not.toBe('blocked');
  await expectMoved(moved, 'alpha', 'beta', copy);
  expect(await pools('beta')).toEqual(['guests']);
});
