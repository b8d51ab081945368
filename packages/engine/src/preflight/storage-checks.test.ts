import { describe, expect, test } from 'vitest';
import { parseDomain } from '../inventory/domain.ts';
import { parseXml } from '../inventory/xml.ts';
import { parseNodeDevice } from '../storage/device.ts';
import { checkContext, type Situation } from '../testing/check-context.ts';
import type { Check } from './check.ts';
import { mayWrite } from './checks/access.ts';
import { backingCheck } from './checks/backing.ts';
import { copyCheck } from './checks/copy.ts';
import { judgeDevice } from './checks/devices.ts';
import { hugePagesCheck, neededPages } from './checks/hugepages.ts';
import { placementCheck } from './checks/placement.ts';
import { securityCheck } from './checks/security.ts';
import { storageCheck } from './checks/storage.ts';
import { unsafeCheck } from './checks/unsafe.ts';

/** What the lab's hosts can't be made to say: from recorded XML. */

const MIB = 1024 ** 2;

const domain = (inside: string, devices = '') =>
  `<domain type="kvm"><name>web-3</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid><memory unit="MiB">1024</memory>${inside}<devices>${devices}</devices></domain>`;

describe('what a domain asks of its host', () => {
  test('boot files, pinning, NUMA nodes and labels', () => {
    const { requires } = parseDomain(
      domain(`
        <vcpu cpuset="0-3">2</vcpu>
        <cputune><vcpupin vcpu="1" cpuset="2"/><emulatorpin cpuset="0"/><iothreadpin iothread="1" cpuset="3"/></cputune>
        <numatune><memory mode="strict" nodeset="0"/><memnode cellid="0" mode="preferred" nodeset="1"/></numatune>
        <os><type arch="x86_64" machine="q35">hvm</type>
          <loader readonly="yes" type="pflash">/usr/share/OVMF/OVMF_CODE_4M.fd</loader>
          <nvram template="/usr/share/OVMF/OVMF_VARS_4M.fd">/var/lib/libvirt/qemu/nvram/web-3_VARS.fd</nvram></os>
        <seclabel type="static" model="selinux"><label>system_u:system_r:svirt_t:s0:c1,c2</label></seclabel>`),
    );
    expect(requires.bootFiles).toEqual([
      { role: 'loader', path: '/usr/share/OVMF/OVMF_CODE_4M.fd' },
      { role: 'nvram', path: '/var/lib/libvirt/qemu/nvram/web-3_VARS.fd' },
      { role: 'nvram-template', path: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
    ]);
    expect(requires.pinning).toEqual([
      { what: 'all vCPUs', cpus: '0-3' },
      { what: 'vCPU 1', cpus: '2' },
      { what: 'the emulator', cpus: '0' },
      { what: 'I/O thread 1', cpus: '3' },
    ]);
    expect(requires.numaNodes).toEqual([
      { mode: 'strict', nodes: '0' },
      { mode: 'preferred', nodes: '1' },
    ]);
    expect(requires.securityLabels).toMatchObject([{ model: 'selinux', type: 'static' }]);
    expect(requires.hugePages).toBeNull();
  });

  test.each([
    { name: 'the default size', pages: '', needed: [[2 * MIB, 512]] },
    { name: 'one size', pages: '<page size="1" unit="GiB"/>', needed: [[1024 * MIB, 1]] },
    {
      name: 'a size for one cell, another for the rest',
      pages: '<page size="1048576" nodeset="0"/><page size="2" unit="MiB"/>',
      needed: [
        [1024 * MIB, 1],
        [2 * MIB, 128],
      ],
    },
    {
      name: 'a size for one cell, ordinary pages for the rest',
      pages: '<page size="2048" nodeset="1"/>',
      needed: [[2 * MIB, 128]],
    },
  ])('huge pages of $name', ({ pages, needed }) => {
    const cells =
      '<cpu><numa><cell id="0" memory="768" unit="MiB"/><cell id="1" memory="256" unit="MiB"/></numa></cpu>';
    const { memoryBytes, requires } = parseDomain(
      domain(`${cells}<memoryBacking><hugepages>${pages}</hugepages></memoryBacking>`),
    );
    expect(requires.hugePages).not.toBeNull();
    if (requires.hugePages) expect([...neededPages({ memoryBytes }, requires.hugePages)]).toEqual(needed);
  });

  test("a disk's chain, as the live XML has it, its policy and its secrets", () => {
    const sent =
      '<disk type="file" device="disk"><source file="/a/top.qcow2"/><target dev="vda" bus="virtio"/></disk>';
    const live = `<disk type="file" device="disk"><source file="/a/top.qcow2" startupPolicy="optional">
        <dataStore type="file"><format type="raw"/><source file="/b/top.raw"/></dataStore></source>
      <backingStore type="file"><format type="qcow2"/><source file="/a/mid.qcow2"/>
        <backingStore type="block"><format type="raw"/><source dev="/dev/vg/base"/><backingStore/></backingStore></backingStore>
      <target dev="vda" bus="virtio"/><auth username="u"><secret type="ceph" usage="key"/></auth></disk>`;
    expect(parseDomain(domain('', sent), domain('', live)).disks).toMatchObject([
      {
        backing: [
          { kind: 'file', path: '/b/top.raw' },
          { kind: 'file', path: '/a/mid.qcow2' },
          { kind: 'block', path: '/dev/vg/base' },
        ],
        backingSent: false,
        startupPolicy: 'optional',
        secrets: [{ type: 'ceph', uuid: null, usage: 'key' }],
      },
    ]);
  });
});

test.each([
  {
    name: 'a serial number',
    xml: '<serial>S3Z9NB0K</serial><vendor>ATA</vendor><model>Samsung_SSD</model>',
    links: '<devnode type="link">/dev/disk/by-id/wwn-0x5002538e40</devnode>',
    identity: 'ATA Samsung_SSD S3Z9NB0K',
  },
  {
    name: 'a name of its own in the world',
    xml: '',
    links:
      '<devnode type="link">/dev/disk/by-path/pci-1</devnode><devnode type="link">/dev/disk/by-id/wwn-0x6001405</devnode>',
    identity: 'wwn-0x6001405',
  },
  {
    name: 'nothing',
    xml: '',
    links: '<devnode type="link">/dev/disk/by-path/pci-1</devnode>',
    identity: null,
  },
])('a device is known by $name', ({ xml, links, identity }) => {
  const device = `<device><name>block_sda</name><devnode type="dev">/dev/sda</devnode>${links}<capability type="storage"><block>/dev/sda</block>${xml}<size>1024</size></capability></device>`;
  expect(parseNodeDevice(parseXml(device, 'a device'))).toEqual({
    kind: 'device',
    sizeBytes: 1024,
    identity,
  });
});

test.each([
  { file: [107, 107, 0o600], user: [107, 107], may: true },
  { file: [107, 107, 0o600], user: [64055, 108], may: false },
  { file: [0, 108, 0o660], user: [64055, 108], may: true },
  { file: [0, 108, 0o640], user: [64055, 108], may: false },
  { file: [107, 107, 0o600], user: [0, 0], may: true },
] as const)(
  'QEMU as $user and an image of $file',
  ({ file: [owner, group, mode], user: [uid, gid], may }) => {
    expect(mayWrite({ owner, group, mode }, { uid, gid })).toBe(may);
  },
);

describe('a block device is', () => {
  const device = { kind: 'device', sizeBytes: 1024, identity: 'wwn-0x1' } as const;
  const unseen = { kind: 'unseen', evidence: 'not seen' } as const;
  test.each([
    { name: 'the same', there: device, listed: true, id: 'device-same' },
    { name: 'another', there: { ...device, identity: 'wwn-0x2' }, listed: true, id: 'device-differs' },
    { name: 'of another size', there: { ...device, sizeBytes: 2048 }, listed: true, id: 'device-differs' },
    { name: 'without identity', there: { ...device, identity: null }, listed: true, id: 'device-unproven' },
    { name: 'not among those that are listed', there: unseen, listed: true, id: 'device-missing' },
    { name: 'of a kind that is not listed', there: unseen, listed: false, id: 'device-unproven' },
  ] as const)('$name: $id', ({ there, listed, id }) => {
    expect(judgeDevice(device, there, listed, { here: 'alpha', there: 'beta' })).toMatchObject({ id });
  });
});

/** The ids that a check finds, of a domain and hosts as wanted. */
async function idsOf(check: Check, situation: Situation): Promise<string[]> {
  const findings = await check.run(await checkContext(situation));
  return findings.map(({ id, severity }) => `${severity} ${id}`);
}

describe('placement', () => {
  const vcpupin = (cpus: string) => `<cputune><vcpupin vcpu="0" cpuset="${cpus}"/></cputune>`;
  test.each([
    { name: 'CPUs that are there', inside: vcpupin('1-2'), ids: ['pass placement.fits'] },
    { name: 'some of them', inside: vcpupin('3-7'), ids: ['warning placement.fewer-cpus'] },
    { name: 'none of them', inside: vcpupin('4-7'), ids: ['blocker placement.no-cpu'] },
    { name: 'a set for all vCPUs', inside: '<vcpu cpuset="8">1</vcpu>', ids: ['blocker placement.no-cpu'] },
    {
      name: 'a set for all vCPUs of which only the rest is left',
      inside: '<vcpu cpuset="8">1</vcpu><cputune><emulatorpin cpuset="0"/></cputune>',
      ids: ['warning placement.fewer-cpus'],
    },
    {
      name: 'a NUMA node that is not there',
      inside: '<numatune><memory mode="preferred" nodeset="0-1"/></numatune>',
      ids: ['blocker placement.no-node'],
    },
    { name: 'nothing', inside: '', ids: [] },
  ])('$name', async ({ inside, ids }) => {
    expect(await idsOf(placementCheck, { xml: domain(inside) })).toEqual(ids);
  });
});

describe('security', () => {
  const selinux = [{ name: 'selinux', baseLabel: null }];
  const label = '<seclabel type="static" model="selinux"><label>x</label></seclabel>';
  test.each([
    { name: 'the same', models: [selinux, selinux], inside: label, ids: ['pass security.same'] },
    { name: 'a label of its own', models: [selinux, []], inside: label, ids: ['blocker security.no-model'] },
    {
      name: 'a label that libvirt makes',
      models: [selinux, []],
      inside: '',
      ids: ['notice security.unconfined'],
    },
  ])('$name', async ({ models: [ours = [], theirs = []], inside, ids }) => {
    const hosts = { here: { securityModels: ours }, there: { securityModels: theirs } };
    expect(await idsOf(securityCheck, { xml: domain(inside), ...hosts })).toEqual(ids);
  });
});

describe('huge pages', () => {
  const backing = (pages: string) => domain(`<memoryBacking><hugepages>${pages}</hugepages></memoryBacking>`);
  test.each([
    { name: 'enough', pages: '<page size="2048"/>', free: 512n, ids: ['pass hugepages.enough'] },
    { name: 'too few', pages: '<page size="2048"/>', free: 511n, ids: ['blocker hugepages.short'] },
    { name: 'perhaps too few', pages: '', free: 511n, ids: ['warning hugepages.default-short'] },
    {
      name: 'none of that size',
      pages: '<page size="1048576"/>',
      free: 0n,
      ids: ['blocker hugepages.unsupported'],
    },
  ])('$name', async ({ pages, free, ids }) => {
    const asked = { there: { nodeGetFreePages: () => ({ counts: [free] }) } };
    expect(await idsOf(hugePagesCheck, { xml: backing(pages), asked })).toEqual(ids);
  });

  test('a host that cannot say', async () => {
    const xml = backing('<page size="2048"/>');
    expect(await idsOf(hugePagesCheck, { xml })).toEqual(['warning hugepages.unseen']);
  });
});

describe('unsafe', () => {
  const disk = (format: string, cache = 'writeback', more = '') =>
    domain(
      '',
      `<disk type="file" device="disk"><driver type="${format}" cache="${cache}"/><source file="/a/b"/><target dev="vda"/>${more}</disk>`,
    );
  const nvme =
    '<disk type="nvme" device="disk"><driver type="raw"/><source type="pci" namespace="1"/><target dev="vda"/></disk>';
  const old = { hypervisorVersion: 3_001_000 };
  test.each([
    { name: 'a cache that QEMU drops', xml: disk('qcow2'), here: {}, ids: [] },
    { name: 'a cache that it does not', xml: disk('qcow2'), here: old, ids: ['blocker unsafe.cache'] },
    { name: 'no cache', xml: disk('raw', 'none'), here: old, ids: [] },
    { name: 'a disk that is only read', xml: disk('vmdk', 'writeback', '<readonly/>'), here: old, ids: [] },
    { name: 'another format', xml: disk('vmdk'), here: {}, ids: ['warning unsafe.format'] },
    { name: 'NVMe', xml: domain('', nvme), here: {}, ids: ['blocker unsafe.nvme'] },
  ])('$name', async ({ xml, here, ids }) => {
    expect(await idsOf(unsafeCheck, { xml, here })).toEqual(ids);
  });

  test('what is copied is not judged', async () => {
    const wishes = { copyStorage: 'all' } as const;
    expect(await idsOf(unsafeCheck, { xml: disk('vmdk'), wishes, shared: 'local' })).toEqual([]);
  });
});

test.each([
  { name: 'a disk that only one writes to', more: '', id: 'notice storage.copied' },
  { name: 'a disk that others write to as well', more: '<shareable/>', id: 'blocker storage.local' },
])('$name, when disks are copied: $id', async ({ more, id }) => {
  const xml = domain('', `<disk type="file"><source file="/a/b"/><target dev="vda"/>${more}</disk>`);
  expect(await idsOf(storageCheck, { xml, wishes: { copyStorage: 'all' }, shared: 'local' })).toEqual([id]);
});

test.each([
  { copyStorage: 'none', ids: ['warning storage.backing-unproven'] },
  { copyStorage: 'incremental', ids: ['blocker storage.backing-unknown'] },
  // All goes into one image, and what it built on no longer matters.
  { copyStorage: 'auto', ids: ['notice storage.backing-flat'] },
  { copyStorage: 'all', ids: [] },
] as const)(
  'a base that nobody can look at, with --copy-storage $copyStorage',
  async ({ copyStorage, ids }) => {
    const base =
      '<backingStore type="file"><format type="qcow2"/><source file="/bases/debian"/><backingStore/></backingStore>';
    const xml = domain(
      '',
      `<disk type="file" device="disk"><driver type="qcow2"/><source file="/a/b"/>${base}<target dev="vda"/></disk>`,
    );
    const parsed = parseDomain(xml);
    const found = { disks: parsed.disks.map((disk) => ({ ...disk, backingSent: false })) };
    expect(
      await idsOf(backingCheck, { xml, domain: found, wishes: { copyStorage }, shared: 'local' }),
    ).toEqual(ids);
  },
);

/** What both hosts are asked where a disk is copied. */
const copying = {
  here: { domainGetBlockInfo: () => ({ allocation: 0n, capacity: 0n, physical: 0n }) },
  there: { connectListAllStoragePools: () => ({ pools: [], count: 0 }) },
};

test('an encrypted disk is not copied', async () => {
  const encryption =
    '<encryption format="luks"><secret type="passphrase" uuid="fe445555-0000-4000-8000-000000000001"/></encryption>';
  const xml = domain(
    '',
    `<disk type="file"><source file="/a/b">${encryption}</source><target dev="vda"/></disk>`,
  );
  const said = await idsOf(copyCheck, {
    xml,
    wishes: { copyStorage: 'auto' },
    asked: copying,
    shared: 'local',
  });
  expect(said).toContain('blocker copy.encrypted');
});

test.each([
  { there: 7_000_000, ids: ['blocker copy.no-synchronous-writes'] },
  { there: 8_000_000, ids: [] },
])('synchronous writes with libvirt $there', async ({ there, ids }) => {
  const xml = domain('', '<disk type="file"><source file="/a/b"/><target dev="vda"/></disk>');
  const wishes = { copyStorage: 'all', synchronousWrites: true } as const;
  const asked = {
    here: { domainGetBlockInfo: () => ({ allocation: 0n, capacity: 0n, physical: 0n }) },
    there: { connectListAllStoragePools: () => ({ pools: [], count: 0 }) },
  };
  const said = await idsOf(copyCheck, {
    xml,
    wishes,
    asked,
    there: { libvirtVersion: there },
    shared: 'local',
  });
  expect(said.filter((id) => id.includes('synchronous'))).toEqual(ids);
});
