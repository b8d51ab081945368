import { expect, test } from 'vitest';
import { afterwards } from '../fixture.ts';
import {
  addDevice,
  directoryOn,
  expectMoved,
  findingsFor,
  guestWith,
  inHost,
  virshMigrate,
} from './scene.ts';

/** A disk that builds on an image, and the image is not on the destination. */

const directory = '/var/lib/ferry-base';
const base = `${directory}/base.qcow2`;
const overlay = '/srv/shared/overlay.qcow2';
const create = (...options: string[]) =>
  inHost('alpha', 'qemu-img', 'create', '-q', '-f', 'qcow2', ...options);

const disk = (backing = '', path = overlay) =>
  addDevice(
    `<disk type="file" device="disk"><driver name="qemu" type="qcow2" cache="none"/><source file="${path}"/>${backing}<target dev="vdb" bus="virtio"/></disk>`,
  );
const named = `<backingStore type="file"><format type="qcow2"/><source file="${base}"/><backingStore/></backingStore>`;

test.each([
  { name: 'found in the image', backing: '' },
  { name: 'named in the XML', backing: named },
])('on shared storage, the base $name', async ({ backing }) => {
  await directoryOn(directory, 'alpha', 'beta');
  await create(base, '8M');
  await create('-b', base, '-F', 'qcow2', overlay);
  afterwards(() => inHost('alpha', 'rm', overlay));
  const moved = await guestWith('alpha', disk(backing));
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.backing-missing')).toMatchObject([
    { severity: 'blocker', values: { path: base, disk: 'vdb' } },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toMatch(`${base}'`);
  await inHost('beta', 'qemu-img', 'create', '-q', '-f', 'qcow2', base, '16M');
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.backing-differs')).toMatchObject([
    { severity: 'blocker' },
  ]);
  await inHost('beta', 'qemu-img', 'create', '-q', '-f', 'qcow2', base, '8M');
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.backing-same')).toMatchObject([
    { severity: 'pass', evidence: expect.stringContaining('SHA-256') },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toBe('');
});

test('on shared storage all of it passes', async () => {
  const sharedBase = '/srv/shared/base.qcow2';
  await create(sharedBase, '8M');
  await create('-b', sharedBase, '-F', 'qcow2', overlay);
  afterwards(() => inHost('alpha', 'rm', overlay, sharedBase));
  const moved = await guestWith('alpha', disk());
  expect((await findingsFor(moved, 'alpha', 'beta')).of('storage.backing-shared')).toHaveLength(1);
  await expectMoved(moved, 'alpha', 'beta');
});

test('a copy is flat, and needs no base unless the XML names it', async () => {
  await directoryOn(directory, 'alpha', 'beta');
  const local = `${directory}/overlay.qcow2`;
  await create(base, '8M');
  await create('-b', base, '-F', 'qcow2', local);
  const copy = { copyStorage: 'all' } as const;
  const moved = await guestWith('alpha', disk('', local));
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).of('storage.backing-missing')).toEqual([]);
  await expectMoved(moved, 'alpha', 'beta', copy);
});

test('a copy whose XML names its base needs it', async () => {
  await directoryOn(directory, 'alpha', 'beta');
  const local = `${directory}/overlay.qcow2`;
  await create(base, '8M');
  await create('-b', base, '-F', 'qcow2', local);
  const copy = { copyStorage: 'all' } as const;
  const moved = await guestWith('alpha', disk(named, local));
  expect((await findingsFor(moved, 'alpha', 'beta', copy)).of('storage.backing-missing')).toHaveLength(1);
  await inHost('beta', 'virsh', 'pool-create-as', 'base', 'dir', '--target', directory);
  afterwards(() => inHost('beta', 'virsh', 'pool-destroy', 'base'));
  expect(await virshMigrate(moved, 'alpha', 'beta', copy)).toContain(base);
});
