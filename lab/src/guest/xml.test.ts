import { expect, test } from 'vitest';
import { type Guest, guestDefaults } from './spec.ts';
import { guestXml, observerSocketInHost } from './xml.ts';

const guest: Guest = {
  ...guestDefaults,
  machine: 'pc-q35-7.2',
  name: 'web',
  host: 'alpha',
  index: 1,
  uuid: 'fe441111-0000-4000-8000-000000000001',
  address: '10.78.0.101',
  diskPath: '/srv/shared/web.qcow2',
};

test('the domain is what was asked for', () => {
  const xml = guestXml({ ...guest, pattern: 'full', memoryRateMBps: 150 }, 'qemu');
  expect(xml).toContain('<domain type="qemu" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">');
  expect(xml).toContain('<source file="/srv/shared/web.qcow2"/>');
  expect(xml).toContain(
    'ADDRESS=10.78.0.101 MEMORY_MIB=64 MEMORY_RATE=150 PATTERN=full ACCESS=sweep DISK_MIB=64',
  );
  expect(guestXml(guest, 'kvm')).toContain('<domain type="kvm" ');
});

test('in a full machine its kernel is spared some work, and elsewhere it is as before', () => {
  expect(guestXml(guest, 'full machine')).toContain('<domain type="qemu" ');
  expect(guestXml(guest, 'full machine')).toContain('quiet mitigations=off acpi=off ');
  expect(guestXml(guest, 'qemu')).toContain('quiet ADDRESS=');
});

test('a load that never sleeps, on a few pages most of all', () => {
  const xml = guestXml({ ...guest, memoryRateMBps: 'max', access: 'hot-cold' }, 'qemu');
  expect(xml).toContain('MEMORY_RATE=max PATTERN=sparse ACCESS=hot-cold');
});

test('without a disk there is none, and no load on it', () => {
  const xml = guestXml({ ...guest, disk: 'none', diskPath: null }, 'qemu');
  expect(xml).not.toContain('<disk');
  expect(xml).toContain('DISK_MIB=0');
});

test('it has a monitor for the observer, whose path fits a UNIX socket also from outside the host', () => {
  const name = 'x'.repeat(30);
  const path = observerSocketInHost(name);
  expect(guestXml({ ...guest, name }, 'qemu')).toContain(`value="unix:${path},server=on,wait=off"`);
  // sun_path, its last byte 0; pids have at most seven digits.
  expect(`/proc/4194304/root${path}`.length).toBeLessThan(108);
});
