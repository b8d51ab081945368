import { expect, test } from 'vitest';
import { directoryOn, expectMoved, findingsFor, guestWith, inHost, virshMigrate } from './scene.ts';

/** What a guest boots from, and is not on the destination. */

const directory = '/var/lib/ferry-boot';

test('a kernel that is missing stops the move', async () => {
  await directoryOn(directory, 'alpha', 'beta');
  const kernel = `${directory}/vmlinuz`;
  await inHost('alpha', 'cp', '/srv/image/vmlinuz', kernel);
  const moved = await guestWith('alpha', (xml) => xml.replace('/srv/image/vmlinuz', kernel));
  expect((await findingsFor(moved, 'alpha', 'beta')).of('boot.missing')).toMatchObject([
    { severity: 'blocker', values: { path: kernel, role: 'kernel' } },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain(`could not open kernel file '${kernel}'`);
  await inHost('beta', 'cp', '/srv/image/initrd', kernel);
  expect((await findingsFor(moved, 'alpha', 'beta')).of('boot.differs')).toMatchObject([
    { severity: 'warning' },
  ]);
  await inHost('beta', 'cp', '/srv/image/vmlinuz', kernel);
  const { of } = await findingsFor(moved, 'alpha', 'beta');
  expect(of('boot.present')).toHaveLength(1);
  await expectMoved(moved, 'alpha', 'beta');
});

const firmware = `${directory}/firmware.bin`;
const template = `${directory}/template.bin`;
const nvram = `${directory}/nvram/vars.bin`;
const withFirmware = (xml: string) =>
  xml.replace(
    '<kernel>',
    `<loader readonly="yes" type="pflash">${firmware}</loader><nvram template="${template}">${nvram}</nvram><kernel>`,
  );

test('firmware and NVRAM: each thing that is missing is said, and given', async () => {
  await directoryOn(directory, 'alpha', 'beta');
  await inHost('alpha', 'cp', '/usr/share/seabios/bios-256k.bin', firmware);
  await inHost('alpha', 'truncate', '-s', '262144', template);
  await inHost('alpha', 'mkdir', `${directory}/nvram`);
  const moved = await guestWith('alpha', withFirmware);
  const blockers = async () =>
    (await findingsFor(moved, 'alpha', 'beta')).findings
      .filter(({ severity }) => severity === 'blocker')
      .map(({ id, values }) => `${id} ${values.lacking ?? values.path}`);
  expect(await blockers()).toEqual([`boot.missing ${firmware}`, `boot.no-nvram ${directory}/nvram`]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain(`Failed to open file '${template}'`);
  await inHost('beta', 'mkdir', `${directory}/nvram`);
  expect(await blockers()).toEqual([`boot.missing ${firmware}`, `boot.no-nvram ${template}`]);
  await inHost('beta', 'truncate', '-s', '262144', template);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain(firmware);
  await inHost('beta', 'rm', '-f', nvram);
  // Half as large: to QEMU that is memory of another size.
  await inHost('beta', 'truncate', '-s', '131072', firmware);
  expect(await blockers()).toEqual([`boot.loader-differs ${firmware}`]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain(
    'Size mismatch: system.flash0: 0x40000 != 0x20000',
  );
  await inHost('beta', 'cp', '/usr/share/seabios/bios-256k.bin', firmware);
  expect(await blockers()).toEqual([]);
  await expectMoved(moved, 'alpha', 'beta');
});
