import { expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { parseDomain } from './domain.ts';

const xml = `<domain type='kvm' id='3'>
  <name>web-3</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
  <memory unit='GiB'>2</memory><vcpu placement='static' current='1'>4</vcpu>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <cpu mode='custom' match='exact'><model fallback='forbid'>Nehalem</model></cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none'/><source file='/srv/a &amp; b.qcow2'/><target dev='vda'/></disk>
    <disk type='block' device='lun'><source dev='/dev/sdb'/><target dev='sda'/><shareable/></disk>
    <disk type='network' device='disk'><driver type='raw'/><source protocol='nfs' name='/x/y'><host name='h'/></source><target dev='vdb'/></disk>
    <disk type='volume' device='disk'><source pool='p' volume='v'/><target dev='vdc'/></disk>
    <disk type='file' device='cdrom'><target dev='sdb'/><readonly/></disk>
    <disk type='vhostuser' device='disk'><source type='unix' path='/s'/><target dev='vdd'/></disk>
    <something-new><source file='no'/></something-new>
  </devices>
</domain>`;

test('a domain is read with what matters to a move', () => {
  const domain = parseDomain(xml);
  expect(domain).toMatchObject({
    name: 'web-3',
    memoryBytes: 2 * 1024 ** 3,
    vcpus: 4,
    arch: 'x86_64',
    machine: 'pc-q35-7.2',
    virtType: 'kvm',
    emulator: '/usr/bin/qemu-system-x86_64',
  });
  expect(domain.cpuXml).toContain('Nehalem');
  expect(domain.disks.map(({ target, source }) => [target, source])).toEqual([
    ['vda', { kind: 'file', path: '/srv/a & b.qcow2' }],
    ['sda', { kind: 'block', path: '/dev/sdb' }],
    ['vdb', { kind: 'network', protocol: 'nfs', name: '/x/y' }],
    ['vdc', { kind: 'volume', pool: 'p', volume: 'v' }],
    ['sdb', { kind: 'empty' }],
    ['vdd', { kind: 'other', type: 'vhostuser' }],
  ]);
  expect(domain.disks[0]).toMatchObject({ format: 'qcow2', cache: 'none', readOnly: false });
  expect(domain.disks[4]).toMatchObject({ device: 'cdrom', readOnly: true });
});

test.each([
  { unit: '', kib: 1 },
  { unit: " unit='KiB'", kib: 1 },
  { unit: " unit='MiB'", kib: 1024 },
  { unit: " unit='b'", kib: 1 / 1024 },
])('memory in its unit$unit', ({ unit, kib }) => {
  const text = `<domain><name>a</name><uuid>u</uuid><memory${unit}>8</memory></domain>`;
  expect(parseDomain(text).memoryBytes).toBe(8 * kib * 1024);
});

test.each([
  { name: 'a DOCTYPE', text: '<!DOCTYPE d [<!ENTITY x "y">]><domain><name>&x;</name></domain>' },
  { name: 'broken XML', text: '<domain><name>' },
  { name: 'nothing', text: '' },
  { name: 'no name', text: '<domain/>' },
])('$name is refused with a typed error', ({ text }) => {
  expect(() => parseDomain(text)).toThrow(EngineError);
});
