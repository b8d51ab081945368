import { expect, test } from 'vitest';
import { namesFor, sameNames } from './names.ts';
import { translateXml } from './xml.ts';

const xml = `<domain type="kvm"><name>web-3</name><os><nvram template="/a/t">/a/nvram/web.fd</nvram></os><devices>
  <disk type="file" device="disk"><source file="/a/disks/web.qcow2"/>
    <backingStore type="file"><format type="qcow2"/><source file="/a/bases/debian.qcow2"/><backingStore/></backingStore>
    <target dev="vda"/></disk>
  <disk type="block" device="disk"><source dev="/dev/vg/data"/><target dev="vdb"/></disk>
  <disk type="file" device="cdrom"><source file="/a-not/disks/web.iso"/><target dev="sda"/></disk>
  <interface type="network"><mac address="52:54:00:00:00:01"/><source network="lan"/></interface>
  <interface type="bridge"><mac address="52:54:00:00:00:02"/><source bridge="br0"/></interface>
</devices></domain>`;

test('disks, what they build on, networks and bridges get the names of the destination', () => {
  const names = namesFor({
    paths: [
      { from: '/a', to: '/b' },
      { from: '/a/bases', to: '/templates' },
      { from: '/dev/vg', to: '/dev/other' },
    ],
    networks: [{ from: 'lan', to: 'office' }],
    bridges: [{ from: 'br0', to: 'br1' }],
  });
  const { xml: translated, changes } = translateXml(xml, names);
  expect(changes).toEqual([
    { what: 'disk vda', from: '/a/disks/web.qcow2', to: '/b/disks/web.qcow2' },
    { what: 'disk vda', from: '/a/bases/debian.qcow2', to: '/templates/debian.qcow2' },
    { what: 'disk vdb', from: '/dev/vg/data', to: '/dev/other/data' },
    { what: 'interface 52:54:00:00:00:01', from: 'lan', to: 'office' },
    { what: 'interface 52:54:00:00:00:02', from: 'br0', to: 'br1' },
    { what: 'NVRAM', from: '/a/nvram/web.fd', to: '/b/nvram/web.fd' },
  ]);
  for (const { to } of changes) expect(translated).toMatch(new RegExp(`[">]${to}["<]`));
  // Only a whole part of a path is a directory.
  expect(translated).toContain('"/a-not/disks/web.iso"');
});

test('without other names nothing changes', () => {
  const { xml: same, changes } = translateXml(xml, sameNames);
  expect({ same, changes }).toEqual({ same: xml, changes: [] });
});
