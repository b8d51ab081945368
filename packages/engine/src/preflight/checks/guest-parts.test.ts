import { ErrorNumber, RemoteError } from '@virt-ferry/libvirt';
import { describe, expect, test } from 'vitest';
import { CAPABILITIES, checkContext, type Situation } from '../../testing/check-context.ts';
import { preflight } from '../preflight.ts';

/** What a lab can't be given: real host devices, protected guests, other versions. What can be is in lab/test/preflight. */

const refusal =
  (message: string, number: number = ErrorNumber.operationInvalid) =>
  () => {
    throw new RemoteError({ number, domain: 10, level: 2, message, details: [] });
  };

/** The source's libvirt refuses, whatever for. */
const refuses = { domainMigrateBegin3Params: refusal('cannot migrate domain: as it is') };
/** Debian 11's: its libvirt can't ask QEMU. */
const old = { libvirtVersion: 7_000_000, hypervisorVersion: 5_002_000 };

async function findingsOf(situation: Situation) {
  return (await preflight(await checkContext(situation))).findings;
}

async function severities(subject: string, situation: Situation) {
  const findings = (await findingsOf(situation)).filter((finding) => finding.subject === subject);
  return findings.map(({ id, severity }) => `${id}: ${severity}`);
}

const pci = `<hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x06' slot='0x02' function='0x0'/></source></hostdev>`;
const disk = (attributes: string) =>
  `<disk type='file' device='disk'>${attributes}<source file='/d'/><target dev='vdb' bus='virtio'/></disk>`;

const parts = [
  { part: pci, id: 'host-devices.bound', agreed: ['host-devices.needed-there: warning'] },
  {
    part: `<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>`,
    id: 'host-devices.bound',
    agreed: ['host-devices.needed-there: warning'],
  },
  { part: `<crypto model='virtio' type='qemu'/>`, id: 'emulated-devices.unmovable', agreed: [] },
  { part: `<sound model='virtio'/>`, id: 'emulated-devices.unmovable', agreed: [] },
  {
    part: `<serial type='null'><target type='usb-serial'/></serial>`,
    id: 'emulated-devices.unmovable',
    agreed: [],
  },
  {
    part: `<video><model type='virtio'><acceleration accel3d='yes'/></model></video>`,
    id: 'emulated-devices.unmovable',
    agreed: [],
  },
  {
    part: `<disk type='file'><source file='/d'/><target dev='nvme0n1' bus='nvme'/></disk>`,
    id: 'emulated-devices.unmovable',
    agreed: [],
  },
  { part: disk(`<driver name='qemu' type='vmdk'/>`), id: 'disk-kinds.format', agreed: [] },
];

describe('what QEMU has the last word on', () => {
  test.each(parts)('$id if it refuses: $part', async ({ part, id }) => {
    const found = await severities(id.split('.')[0] ?? '', { devices: part, asked: { here: refuses } });
    expect(found).toEqual([`${id}: blocker`]);
  });

  test.each(parts)('$id if it can not be asked: $part', async ({ part, id }) => {
    expect(await severities(id.split('.')[0] ?? '', { devices: part, here: old })).toEqual([
      `${id}: blocker`,
    ]);
  });

  test.each(parts)('no $id if it agrees: $part', async ({ part, id, agreed }) => {
    expect(await severities(id.split('.')[0] ?? '', { devices: part })).toEqual(agreed);
  });
});

describe('what libvirt has the last word on, also an old one', () => {
  const dimm = `<memory model='dimm'><target><size>1</size></target></memory>`;
  const shmem = `<shmem name='s'><model type='ivshmem-plain'/></shmem>`;
  const invtsc = `<cpu><model>Nehalem</model><feature name='invtsc' policy='require'/></cpu>`;
  test.each([
    { situation: { devices: disk('<transient/>') }, id: 'disk-kinds.transient', agreed: [] },
    { situation: { devices: dimm }, id: 'memory-devices.unplaced', agreed: [] },
    { situation: { devices: shmem }, id: 'shared-memory.peer', agreed: ['shared-memory.master: warning'] },
    {
      situation: { devices: `<filesystem><driver type='virtiofs'/><target dir='t'/></filesystem>` },
      id: 'filesystems.virtiofs',
      agreed: ['filesystems.needed-there: warning'],
    },
    { situation: { more: invtsc }, id: 'time-stamp-counter.unfixed', agreed: [] },
  ])('$id', async ({ situation, id, agreed }) => {
    const subject = id.split('.')[0] ?? '';
    expect(await severities(subject, { ...situation, here: old, asked: { here: refuses } })).toEqual([
      `${id}: blocker`,
    ]);
    expect(await severities(subject, { ...situation, here: old })).toEqual(agreed);
  });

  test('a time stamp counter of fixed rate is none of it', async () => {
    const more = `${invtsc}<clock><timer name='tsc' frequency='3000000000'/></clock>`;
    expect(await severities('time-stamp-counter', { more, asked: { here: refuses } })).toEqual([]);
  });

  test('a DIMM in its place is none of it', async () => {
    const devices = `<memory model='dimm'><address type='dimm' slot='0' base='0x100000000'/></memory>`;
    expect(await severities('memory-devices', { devices, asked: { here: refuses } })).toEqual([]);
  });
});

test('a USB device is lost and found, and one with a stand-in unplugged, whatever else is refused', async () => {
  const devices = `<hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/><product id='0xbeef'/></source></hostdev>
    <interface type='hostdev'><mac address='52:54:00:6d:90:02'/><teaming type='transient' persistent='ua-b'/></interface>`;
  for (const asked of [{}, { here: refuses }]) {
    const findings = await findingsOf({ devices, asked });
    const found = findings.filter(({ subject }) => subject === 'host-devices');
    expect(found.map(({ id }) => id)).toEqual(['host-devices.left-behind', 'host-devices.fails-over']);
    expect(found[0]?.message).toContain('host device usb 1234:beef of alpha');
    expect(found[1]?.message).toContain('52:54:00:6d:90:02');
  }
});

test('a part that another process plays must be played there too', async () => {
  const devices = `<interface type='vhostuser'><mac address='52:54:00:ee:96:6c'/><source type='unix' path='/tmp/v.sock'/></interface>`;
  expect(await severities('vhost-user', { devices, here: old })).toEqual(['vhost-user.unasked: warning']);
  expect(await severities('vhost-user', { devices })).toEqual(['vhost-user.needed-there: warning']);
});

test('an image that is built on one that can not be handed over', async () => {
  const layers = `<driver type='qcow2'/><backingStore type='file'><format type='vmdk'/><backingStore/></backingStore>`;
  expect(await severities('disk-kinds', { devices: disk(layers), here: old })).toEqual([
    'disk-kinds.format: blocker',
  ]);
});

test('9p on a host that can not be asked may be mounted; on one that can be it is not', async () => {
  const devices = `<filesystem><source dir='/e'/><target dir='t'/></filesystem>`;
  expect(await severities('filesystems', { devices, here: old })).toEqual(['filesystems.9p: warning']);
  expect(await severities('filesystems', { devices })).toEqual(['filesystems.needed-there: warning']);
});

test('a guest that is protected from its host', async () => {
  const more = `<launchSecurity type='sev'><policy>0x0001</policy></launchSecurity>`;
  const asked = { here: { domainMigrateBegin3Params: refusal('SEV: Migration is not implemented') } };
  expect(await severities('protection', { more, asked })).toEqual(['protection.encrypted: blocker']);
  expect(await severities('protection', { more })).toEqual([]);
});

describe('the source', () => {
  test('refuses, in its own words', async () => {
    const [found] = await findingsOf({
      asked: { here: { domainMigrateBegin3Params: refusal('domain is marked for auto destroy') } },
    });
    expect(found).toMatchObject({ id: 'source.refuses', severity: 'blocker' });
    expect(found?.message).toBe('alpha refuses to send web-3: domain is marked for auto destroy');
  });

  test('agrees for QEMU too only where it can ask it', async () => {
    expect(await severities('source', {})).toEqual(['source.agrees: pass']);
    expect(await severities('source', { here: old })).toEqual(['source.libvirt-agrees: notice']);
    const asksNot = { libvirtVersion: 9_000_000, hypervisorVersion: 5_002_000 };
    expect(await severities('source', { here: asksNot })).toEqual(['source.libvirt-agrees: notice']);
  });

  test('that does not answer is no reason to wait for ever', { timeout: 20_000 }, async () => {
    const domainMigrateBegin3Params = () => new Promise<never>(() => undefined);
    const found = await severities('source', { asked: { here: { domainMigrateBegin3Params } } });
    expect(found).toEqual(['source.silent: warning']);
  });

  test('is asked once, however many want to know', async () => {
    let asked = 0;
    const domainMigrateBegin3Params = () => {
      asked++;
      return { cookie: new Uint8Array(), xml: '' };
    };
    await findingsOf({ devices: pci, asked: { here: { domainMigrateBegin3Params } } });
    expect(asked).toBe(1);
  });

  test.each([
    { what: 'does not run', situation: { domain: { state: 'shut off' } } },
    {
      what: 'is busy, and Begin would wait',
      situation: { asked: { here: { domainGetJobInfo: () => ({ ...idle, type: 2 }) } } },
    },
  ] as const)('is not asked about a domain that $what', async ({ situation }) => {
    const asked = { here: { ...refuses, ...('asked' in situation ? situation.asked.here : {}) } };
    expect(await severities('source', { ...situation, asked })).toEqual([]);
  });
});

const idle = {
  ...{ timeElapsedMs: 0n, timeRemainingMs: 0n, dataTotal: 0n, dataProcessed: 0n, dataRemaining: 0n },
  ...{ memTotal: 0n, memProcessed: 0n, memRemaining: 0n },
  ...{ fileTotal: 0n, fileProcessed: 0n, fileRemaining: 0n },
};

test('a disk that is being copied, and an empty drive of which nothing can be asked', async () => {
  const domainGetBlockJobInfo = ({ path }: { readonly path: string }) => {
    if (path === 'sda') return refusal('no medium')();
    return { found: path === 'vdb', type: 2, bandwidth: 0n, current: 5n, end: 9n };
  };
  const devices = `${disk('')}<disk type='file' device='cdrom'><target dev='sda'/></disk>`;
  const asked = { here: { ...refuses, domainGetBlockJobInfo } };
  const found = (await findingsOf({ devices, asked })).find(({ subject }) => subject === 'block-jobs');
  expect(found).toMatchObject({ id: 'block-jobs.active', severity: 'blocker' });
  expect(found?.message).toBe('disk vdb of web-3 on alpha has a block job (copy) under way');
  expect(found?.evidence).toContain('5 of 9 bytes');
});

test.each([
  { reason: 5, found: ['io-error.stopped: warning'] },
  { reason: 1, found: [] },
])('a domain that is paused for reason $reason', async ({ reason, found }) => {
  const asked = { here: { domainGetState: () => ({ state: 3, reason }) } };
  expect(await severities('io-error', { domain: { state: 'paused' }, asked })).toEqual(found);
});

describe('a TPM', () => {
  const tpm = (backend: string, version = '2.0') =>
    `<tpm model='tpm-crb'><backend type='${backend}' version='${version}'/></tpm>`;
  const enums = (backends: string, versions = '') =>
    `<domainCapabilities><devices><tpm supported='yes'><enum name='backendModel'>${backends}</enum>${versions}</tpm></devices></domainCapabilities>`;
  const emulator = '<value>passthrough</value><value>emulator</value>';
  test.each([
    { what: 'emulated', devices: tpm('emulator'), says: enums(emulator), found: ['tpm.emulated: pass'] },
    {
      what: 'where there is no swtpm',
      devices: tpm('emulator'),
      // Recorded from libvirt 9.0.0 and 11.3.0 without swtpm.
      says: enums('<value>passthrough</value>'),
      found: ['tpm.no-emulator: blocker'],
    },
    {
      what: 'of a version that swtpm lacks',
      devices: tpm('emulator', '1.2'),
      says: enums(emulator, `<enum name='backendVersion'><value>2.0</value></enum>`),
      found: ['tpm.no-emulator: blocker'],
    },
    {
      what: 'of the host',
      devices: tpm('passthrough'),
      says: enums(emulator),
      found: ['tpm.passed-through: blocker'],
    },
    { what: 'of somebody else', devices: tpm('external'), says: enums(emulator), found: [] },
    { what: 'that is none', devices: '', says: enums(''), found: [] },
  ])('$what', async ({ devices, says, found }) => {
    const asked = { there: { connectGetDomainCapabilities: () => ({ capabilities: says }) } };
    expect(await severities('tpm', { devices, asked })).toEqual(found);
  });
});

describe('vCPUs', () => {
  test.each([
    { vcpus: 2, found: ['vcpus.enough: pass'] },
    { vcpus: 5, found: ['vcpus.crowded: warning'] },
    { vcpus: 289, found: ['vcpus.too-many: blocker'] },
  ])('$vcpus of them', async ({ vcpus, found }) => {
    expect(await severities('vcpus', { domain: { vcpus } })).toEqual(found);
  });

  test('are not judged where the machine is unknown', async () => {
    const asked = { there: { connectGetDomainCapabilities: refusal('no such machine') } };
    expect(await severities('vcpus', { asked })).toEqual([]);
  });

  test('are as many as fit where no limit is told', async () => {
    const capabilities = CAPABILITIES.replace(/<vcpu.*?>/, '');
    const asked = { there: { connectGetDomainCapabilities: () => ({ capabilities }) } };
    expect(await severities('vcpus', { asked, domain: { vcpus: 3 } })).toEqual(['vcpus.enough: pass']);
  });
});
