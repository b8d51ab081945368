import { expect, test } from 'vitest';
import { afterwards } from '../fixture.ts';
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

/** What is in a drive, and is not on the destination. */

const directory = '/var/lib/ferry-media';
const iso = `${directory}/install.iso`;

const drive = (policy = '') =>
  addDevice(
    `<disk type="file" device="cdrom"><source file="${iso}" ${policy}/><target dev="sda" bus="sata"/><readonly/></disk>`,
  );

async function isoOn(host: string, bytes = 65_536): Promise<void> {
  await inHost(host, 'truncate', '-s', `${bytes}`, iso);
}

test('an ISO that is missing stops the move, and is ejected', async () => {
  await directoryOn(directory, 'alpha', 'beta');
  await isoOn('alpha');
  const moved = await guestWith('alpha', drive());
  const { of, verdict } = await findingsFor(moved, 'alpha', 'beta');
  expect(verdict).toBe('blocked');
  expect(of('media.missing')).toMatchObject([{ fix: { automatic: true } }]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain(
    `Cannot access storage file '${iso}': No such file or directory`,
  );
  const said = await repair(moved, 'alpha', 'beta', 'media.missing');
  const undo = said.split('to put it back: ')[1]?.split(' ') ?? [];
  expect((await findingsFor(moved, 'alpha', 'beta')).of('media.missing')).toEqual([]);
  // What it says to undo it does so.
  await inHost('alpha', ...undo);
  expect((await findingsFor(moved, 'alpha', 'beta')).of('media.missing')).toHaveLength(1);
  await repair(moved, 'alpha', 'beta', 'media.missing');
  await expectMoved(moved, 'alpha', 'beta');
  expect(await pools('beta')).toEqual([]);
});

test('a floppy is like an ISO', async () => {
  const floppy = `${directory}/drivers.img`;
  await directoryOn(directory, 'alpha', 'beta');
  await inHost('alpha', 'truncate', '-s', '1474560', floppy);
  const device = `<disk type="file" device="floppy"><source file="${floppy}"/><target dev="fda" bus="fdc"/><readonly/></disk>`;
  const moved = await guestWith('alpha', addDevice(device));
  const { of, verdict } = await findingsFor(moved, 'alpha', 'beta');
  expect(verdict).toBe('blocked');
  expect(of('media.missing')).toMatchObject([{ values: { disk: 'fda' }, fix: { automatic: true } }]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain(
    `Cannot access storage file '${floppy}': No such file or directory`,
  );
  const said = await repair(moved, 'alpha', 'beta', 'media.missing');
  expect(await inHost('alpha', 'virsh', 'domblklist', moved.name)).toMatch(/fda +-/);
  const undo = said.split('to put it back: ')[1]?.split(' ') ?? [];
  await inHost('alpha', ...undo);
  expect((await findingsFor(moved, 'alpha', 'beta')).of('media.missing')).toHaveLength(1);
  await repair(moved, 'alpha', 'beta', 'media.missing');
  await expectMoved(moved, 'alpha', 'beta');
  expect(await inHost('beta', 'virsh', 'domblklist', moved.name)).toMatch(/fda +-/);
});

test('a directory that is missing counts as a file that is', async () => {
  await directoryOn(directory, 'alpha');
  await isoOn('alpha');
  const moved = await guestWith('alpha', drive());
  expect((await findingsFor(moved, 'alpha', 'beta')).of('media.missing')).toHaveLength(1);
  await directoryOn(directory, 'beta');
  await isoOn('beta');
  await expectMoved(moved, 'alpha', 'beta');
});

test.each(['requisite', 'optional'])('with startup policy %s the drive arrives empty', async (policy) => {
  await directoryOn(directory, 'alpha');
  await isoOn('alpha');
  const moved = await guestWith('alpha', drive(`startupPolicy="${policy}"`));
  const { of, verdict } = await findingsFor(moved, 'alpha', 'beta');
  expect(of('media.dropped')).toHaveLength(1);
  expect(verdict).not.toBe('blocked');
  await expectMoved(moved, 'alpha', 'beta');
  expect(await inHost('beta', 'virsh', 'domblklist', moved.name)).toMatch(/sda +-/);
});

test('an ISO of its own on each host is no obstacle, and another size is a warning', async () => {
  await directoryOn(directory, 'alpha', 'beta');
  await isoOn('alpha');
  await isoOn('beta', 131_072);
  const moved = await guestWith('alpha', drive());
  expect((await findingsFor(moved, 'alpha', 'beta')).of('media.differs')).toMatchObject([
    { severity: 'warning' },
  ]);
  await isoOn('beta');
  expect((await findingsFor(moved, 'alpha', 'beta')).of('media.alike')).toMatchObject([
    { severity: 'notice' },
  ]);
  await expectMoved(moved, 'alpha', 'beta');
});

test('an ISO on shared storage passes', async () => {
  const shared = '/srv/shared/install.iso';
  await inHost('alpha', 'truncate', '-s', '65536', shared);
  afterwards(() => inHost('alpha', 'rm', shared));
  const moved = await guestWith('alpha', (xml) => drive()(xml).replace(iso, shared));
  const { of, particular } = await findingsFor(moved, 'alpha', 'beta');
  expect(of('media.shared')).toHaveLength(1);
  expect(particular.filter(({ severity }) => severity !== 'pass')).toEqual([]);
  await expectMoved(moved, 'alpha', 'beta');
});

test('a read-only disk that is missing is never copied along', async () => {
  await directoryOn(directory, 'alpha', 'beta');
  await isoOn('alpha');
  const disk = `<disk type="file" device="disk"><driver name="qemu" type="raw"/><source file="${iso}"/><target dev="vdb" bus="virtio"/><readonly/></disk>`;
  const moved = await guestWith('alpha', addDevice(disk));
  const copy = { copyStorage: 'all' } as const;
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).of('media.missing-disk')).toMatchObject([
    { severity: 'blocker', values: { disk: 'vdb' } },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain(`'${iso}'`);
  await isoOn('beta');
  await expectMoved(moved, 'alpha', 'beta', copy);
});

test('to a newer libvirt it is the same', async () => {
  await directoryOn(directory, 'alpha');
  await isoOn('alpha');
  const moved = await guestWith('alpha', drive());
  expect((await findingsFor(moved, 'alpha', 'gamma')).of('media.missing')).toHaveLength(1);
  expect(await virshMigrate(moved, 'alpha', 'gamma')).toContain(`'${iso}'`);
  await repair(moved, 'alpha', 'gamma', 'media.missing');
  const { of, particular } = await findingsFor(moved, 'alpha', 'gamma');
  expect(of('boot.present')).toHaveLength(1);
  expect(particular.filter(({ id }) => id.endsWith('.failed') || id.endsWith('unseen'))).toEqual([]);
  await expectMoved(moved, 'alpha', 'gamma');
});
