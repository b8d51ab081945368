import { readStatus } from '@virt-ferry/lab';
import {
  AddressSource,
  AffectFlag,
  type Connection,
  connect,
  type DomainRef,
  DomainStats,
  ErrorNumber,
  isRemote,
  JobStatsFlag,
  MemoryPeekFlag,
  MigrateFlag,
  NodeDeviceFlag,
  param,
  SecretUsage,
  XmlFlag,
} from '@virt-ferry/libvirt';
import { procedures } from '@virt-ferry/libvirt/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { afterwards, connectTo, guest, host, lab } from './fixture.ts';
import { inHost } from './preflight/scene.ts';

/** Every procedure that the client declares is called on a real libvirtd, and what comes back is looked at. */

const called = new Set<string>();
/** A lab may outlive a run that failed. */
const ownName = `procedures-${process.pid}`;
let raw: Connection;

beforeAll(async () => {
  raw = await connect(host('alpha').uri);
});
afterAll(() => raw.close());

/** The connection, keeping account of what was called. */
function counting(connection: Connection): Connection {
  return new Proxy(connection, {
    get(target, name, receiver) {
      if (typeof name === 'string' && name in procedures) called.add(name);
      return Reflect.get(target, name, receiver);
    },
  });
}

const refusal = (...numbers: number[]) => expect.toSatisfy((error: unknown) => isRemote(error, ...numbers));

test('the host', async () => {
  const c = counting(raw);
  expect(await c.connectGetType({})).toEqual({ type: 'QEMU' });
  expect((await c.connectGetVersion({})).version).toBeGreaterThan(7_000_000n);
  expect((await c.connectGetLibVersion({})).version).toBeGreaterThan(7_000_000n);
  expect(await c.connectGetHostname({})).toEqual({ hostname: 'alpha' });
  expect(await c.connectSupportsFeature({ feature: 13 })).toEqual({ supported: true });
  expect((await c.connectGetCapabilities({})).capabilities).toContain(
    '<uuid>fe440000-0000-4000-8000-000000000001</uuid>',
  );
  await c.connectRegisterCloseCallback({});
  const node = await c.nodeGetInfo({});
  expect(node).toMatchObject({ model: 'x86_64' });
  expect(node.cpus).toBeGreaterThan(0);
  expect((await c.nodeGetFreeMemory({})).freeBytes).toBeGreaterThan(0n);
  expect((await c.nodeGetCellsFreeMemory({ startCell: 0, maxCells: 1 })).cells).toHaveLength(1);
  expect(
    (await c.nodeGetFreePages({ pageSizesKiB: [4], startCell: -1, cellCount: 1, flags: 0 })).counts,
  ).toHaveLength(1);
  const { devices } = await c.connectListAllNodeDevices({ needResults: true, flags: 0 });
  expect(devices).toContainEqual({ name: 'computer' });
  expect((await c.nodeDeviceGetXmlDesc({ name: 'computer', flags: 0 })).xml).toContain('<device>');
  const described = await Promise.all(devices.map(({ name }) => c.nodeDeviceGetXmlDesc({ name, flags: 0 })));
  const disks = devices.filter((_, index) => /capability type=.storage./.test(described[index]?.xml ?? ''));
  const filter = { needResults: true, flags: NodeDeviceFlag.storage };
  expect((await c.connectListAllNodeDevices(filter)).devices).toEqual(disks);
  const { nparams } = await c.nodeGetCpuStats({ cpu: -1, nparams: 0, flags: 0 });
  expect(
    (await c.nodeGetCpuStats({ cpu: -1, nparams, flags: 0 })).params.map(({ field }) => field),
  ).toContain('idle');
  const memory = await c.nodeGetMemoryStats({ nparams: 0, cell: -1, flags: 0 });
  expect(
    (await c.nodeGetMemoryStats({ ...memory, cell: -1, flags: 0 })).params.map(({ field }) => field),
  ).toContain('free');
});

test('what the host can run', async () => {
  const c = counting(raw);
  const what = { emulator: null, arch: 'x86_64', machine: 'pc-q35-7.2', virttype: 'qemu', flags: 0 };
  expect((await c.connectGetDomainCapabilities(what)).capabilities).toContain('pc-q35-7.2');
  const cpu = '<cpu mode="custom" match="exact"><model>Nehalem</model></cpu>';
  expect((await c.connectCompareHypervisorCpu({ ...what, xml: cpu })).result).toBeGreaterThanOrEqual(1);
  expect((await c.connectBaselineHypervisorCpu({ ...what, xmls: [cpu] })).cpu).toContain('Nehalem');
  const model = '<cpu><arch>x86_64</arch><model>qemu64</model></cpu>';
  expect([0, 1, 2]).toContain((await c.connectCompareCpu({ xml: model, flags: 0 })).result);
  expect((await c.connectBaselineCpu({ xmls: [model], flags: 0 })).cpu).toContain('<model');
});

test('authentication, once more on an open connection', async () => {
  const c = counting(raw);
  expect((await c.authList({})).types).toEqual([0]);
  // This daemon asks for none, and says so of the others.
  await expect(c.authPolkit({})).rejects.toEqual(refusal());
  await expect(c.authSaslInit({})).rejects.toEqual(refusal());
  const nothing = { nil: true, data: new Uint8Array() };
  await expect(c.authSaslStart({ mechanism: 'PLAIN', ...nothing })).rejects.toEqual(refusal());
  await expect(c.authSaslStep(nothing)).rejects.toEqual(refusal());
});

test('a domain from definition to end', async () => {
  const c = counting(raw);
  const xml = `<domain type="qemu"><name>${ownName}</name><memory unit="MiB">64</memory><os><type arch="x86_64" machine="pc-q35-7.2">hvm</type></os></domain>`;
  const { dom: first } = await c.domainDefineXml({ xml });
  const { xml: full } = await c.domainGetXmlDesc({ dom: first, flags: XmlFlag.inactive });
  const { dom } = await c.domainDefineXmlFlags({ xml: full, flags: 0 });
  expect(dom).toEqual(first);
  expect(await c.domainIsPersistent({ dom })).toEqual({ persistent: true });
  expect(await c.domainSnapshotNum({ dom, flags: 0 })).toEqual({ count: 0 });
  expect(await c.domainIsActive({ dom })).toEqual({ active: false });
  expect(await c.domainHasManagedSaveImage({ dom, flags: 0 })).toEqual({ saved: false });
  await c.domainSetAutostart({ dom, autostart: true });
  expect(await c.domainGetAutostart({ dom })).toEqual({ autostart: true });
  await c.domainCreate({ dom });
  expect(await c.domainGetState({ dom, flags: 0 })).toMatchObject({ state: 1 });
  expect(await c.domainGetInfo({ dom })).toMatchObject({ state: 1, maxMemoryKiB: 65_536n, vcpus: 1 });
  const { dom: byName } = await c.domainLookupByName({ name: ownName });
  expect(await c.domainLookupByUuid({ uuid: dom.uuid })).toEqual({ dom: byName });
  expect(await c.domainLookupById({ id: byName.id })).toEqual({ dom: byName });
  expect((await c.connectListAllDomains({ needResults: true, flags: 0 })).domains).toContainEqual(byName);
  expect(await c.domainGetControlInfo({ dom, flags: 0 })).toMatchObject({ state: 0 });
  expect((await c.domainMemoryStats({ dom, maxStats: 16, flags: 0 })).stats.length).toBeGreaterThan(0);
  // Where the host has no control groups, libvirt says so.
  const live = { dom, flags: AffectFlag.live };
  const half = [param.ullong('vcpu_period', 100_000n), param.llong('vcpu_quota', 50_000n)];
  const setting = c.domainSetSchedulerParametersFlags({ ...live, params: half });
  const { cpuCgroup } = (await readStatus(lab)).hosts.find(({ name }) => name === 'alpha') ?? {};
  if (cpuCgroup) {
    await setting;
    const { params } = await c.domainGetSchedulerParametersFlags({ ...live, nparams: 16 });
    expect(params).toEqual(expect.arrayContaining(half));
  } else await expect(setting).rejects.toThrow(/cgroup|controller/);
  const peeked = await c.domainMemoryPeek({ dom, offset: 0n, size: 4096, flags: MemoryPeekFlag.physical });
  expect(peeked.bytes).toHaveLength(4096);
  const { records } = await c.connectGetAllDomainStats({
    doms: [byName],
    stats: DomainStats.state,
    flags: 0,
  });
  expect(records[0]?.params).toContainEqual({ field: 'state.state', type: 'int', value: 1 });
  expect(await c.domainInterfaceAddresses({ dom, source: AddressSource.lease, flags: 0 })).toEqual({
    interfaces: [],
  });
  await c.domainStartDirtyRateCalc({ dom, seconds: 1, flags: 0 });
  expect(
    (await c.qemuDomainMonitorCommand({ dom, command: '{"execute":"query-status"}', flags: 0 })).result,
  ).toContain('running');
  await c.domainSuspend({ dom });
  await c.domainResume({ dom });
  await c.domainDestroyFlags({ dom, flags: 0 });
  expect((await c.domainCreateWithFlags({ dom, flags: 0 })).dom.uuid).toBe(dom.uuid);
  await c.domainDestroyFlags({ dom, flags: 0 });
  await c.domainUndefineFlags({ dom, flags: 0 });
  const { dom: transient } = await c.domainCreateXml({ xml, flags: 0 });
  await c.domainDestroyFlags({ dom: transient, flags: 0 });
  await expect(c.domainLookupByName({ name: ownName })).rejects.toEqual(refusal(ErrorNumber.noDomain));
});

test('settings and statistics of a move, and a disk', async () => {
  const { name } = await guest({ host: 'alpha' });
  const c = counting(raw);
  const { dom } = await c.domainLookupByName({ name });
  await c.domainMigrateSetMaxDowntime({ dom, downtimeMs: 123n, flags: 0 });
  expect(await c.domainMigrateGetMaxDowntime({ dom, flags: 0 })).toEqual({ downtimeMs: 123n });
  await c.domainMigrateSetMaxSpeed({ dom, bandwidthMiBPerS: 77n, flags: 0 });
  expect(await c.domainMigrateGetMaxSpeed({ dom, flags: 0 })).toEqual({ bandwidthMiBPerS: 77n });
  await c.domainMigrateSetCompressionCache({ dom, cacheBytes: 64n * 1024n ** 2n, flags: 0 });
  expect(await c.domainMigrateGetCompressionCache({ dom, flags: 0 })).toEqual({
    cacheBytes: 64n * 1024n ** 2n,
  });
  expect(await c.domainGetJobInfo({ dom })).toMatchObject({ type: 0 });
  expect(await c.domainGetJobStats({ dom, flags: 0 })).toMatchObject({ type: 0 });
  await expect(c.domainAbortJob({ dom })).rejects.toEqual(refusal(ErrorNumber.operationInvalid));
  await expect(c.domainAbortJobFlags({ dom, flags: 0 })).rejects.toEqual(
    refusal(ErrorNumber.operationInvalid),
  );
  await expect(c.domainMigrateStartPostCopy({ dom, flags: 0 })).rejects.toEqual(refusal());
  expect(await c.domainGetBlockInfo({ dom, path: 'vda', flags: 0 })).toMatchObject({
    capacity: 64n * 1024n ** 2n,
  });
  expect(await c.domainGetBlockJobInfo({ dom, path: 'vda', flags: 0 })).toMatchObject({ found: false });
  await expect(c.domainBlockJobAbort({ dom, path: 'vda', flags: 0 })).rejects.toEqual(refusal());
});

test('a disk is copied into another while it is used', async () => {
  const { name, diskPath } = await guest({ host: 'alpha', disk: 'local' });
  const c = counting(raw);
  const { dom } = await c.domainLookupByName({ name });
  const copy = `${diskPath}.copy`;
  afterwards(async () => void (await inHost('alpha', 'rm', '-f', copy)));
  const destinationXml = `<disk type="file"><driver name="qemu" type="qcow2"/><source file="${copy}"/></disk>`;
  const transient = 4;
  await c.domainBlockCopy({ dom, path: 'vda', destinationXml, params: [], flags: transient });
  expect(await c.domainGetBlockJobInfo({ dom, path: 'vda', flags: 0 })).toMatchObject({ found: true });
  expect((await c.domainGetXmlDesc({ dom, flags: 0 })).xml).toContain(copy);
  await c.domainBlockJobAbort({ dom, path: 'vda', flags: 0 });
  expect((await c.domainGetXmlDesc({ dom, flags: 0 })).xml).not.toContain(copy);
});

test('the five phases', async () => {
  const { name } = await guest({ host: 'alpha', disk: 'none' });
  const source = counting(raw);
  const destination = counting(await connectTo('beta'));
  const { dom } = await source.domainLookupByName({ name });
  const flags = MigrateFlag.live;
  const begun = await source.domainMigrateBegin3Params({ dom, params: [], flags });
  const params = [param.string('destination_xml', begun.xml)];
  const prepared = await destination.domainMigratePrepare3Params({ params, cookie: begun.cookie, flags });
  params.push(param.string('migrate_uri', prepared.uri ?? ''), param.string('destination_name', name));
  expect(prepared.uri).toMatch(/^tcp:.*:\d+$/);
  const performed = await source.domainMigratePerform3Params({
    dom,
    dconnuri: null,
    params,
    cookie: prepared.cookie,
    flags,
  });
  const finished = await destination.domainMigrateFinish3Params({
    params,
    cookie: performed.cookie,
    flags,
    cancelled: false,
  });
  expect(finished.dom).toMatchObject({ name });
  await source.domainMigrateConfirm3Params({ dom, params, cookie: finished.cookie, flags, cancelled: false });
  const { params: totals } = await destination.domainGetJobStats({
    dom: finished.dom,
    flags: JobStatsFlag.completed,
  });
  expect(totals.map(({ field }) => field)).toContain('downtime');
});

test('pools, volumes and networks', async () => {
  const c = counting(raw);
  const path = `/var/lib/libvirt/images/${ownName}`;
  const { pool } = await c.storagePoolDefineXml({
    xml: `<pool type="dir"><name>${ownName}</name><target><path>${path}</path></target></pool>`,
    flags: 0,
  });
  await c.storagePoolBuild({ pool, flags: 0 });
  expect(await c.storagePoolGetAutostart({ pool })).toEqual({ autostart: false });
  await c.storagePoolSetAutostart({ pool, autostart: true });
  expect(await c.storagePoolGetAutostart({ pool })).toEqual({ autostart: true });
  await c.storagePoolCreate({ pool, flags: 0 });
  expect(await c.storagePoolLookupByName({ name: ownName })).toEqual({ pool });
  expect(await c.storagePoolLookupByUuid({ uuid: pool.uuid })).toEqual({ pool });
  expect(await c.storagePoolLookupByTargetPath({ path })).toEqual({ pool });
  expect((await c.connectListAllStoragePools({ needResults: true, flags: 0 })).pools).toContainEqual(pool);
  const { vol } = await c.storageVolCreateXml({
    pool,
    xml: '<volume><name>v</name><capacity unit="MiB">1</capacity></volume>',
    flags: 0,
  });
  await c.storagePoolRefresh({ pool, flags: 0 });
  expect((await c.storagePoolGetInfo({ pool })).capacityBytes).toBeGreaterThan(0n);
  expect((await c.storagePoolGetXmlDesc({ pool, flags: 0 })).xml).toContain(path);
  expect(await c.storageVolLookupByName({ pool, name: 'v' })).toEqual({ vol });
  expect(await c.storageVolLookupByPath({ path: `${path}/v` })).toEqual({ vol });
  expect(await c.storageVolLookupByKey({ key: vol.key })).toEqual({ vol });
  expect((await c.storageVolGetXmlDesc({ vol, flags: 0 })).xml).toContain('<permissions>');
  expect(await c.storageVolGetPath({ vol })).toEqual({ path: `${path}/v` });
  expect(await c.storageVolGetInfo({ vol })).toMatchObject({ capacityBytes: 1024n ** 2n });
  await c.storageVolDelete({ vol, flags: 0 });
  await c.storagePoolDestroy({ pool });
  await c.storagePoolDelete({ pool, flags: 0 });
  await c.storagePoolUndefine({ pool });
  const { pool: transient } = await c.storagePoolCreateXml({
    xml: '<pool type="dir"><name>t</name><target><path>/tmp</path></target></pool>',
    flags: 0,
  });
  await c.storagePoolDestroy({ pool: transient });
  expect(await c.connectListAllNetworks({ needResults: true, flags: 0 })).toEqual({ networks: [], count: 0 });
  await expect(c.networkLookupByName({ name: 'none' })).rejects.toEqual(refusal());
  const network = { name: 'none', uuid: '00000000-0000-0000-0000-000000000001' };
  await expect(c.networkIsActive({ network })).rejects.toEqual(refusal());
  await expect(c.networkGetXmlDesc({ network, flags: 0 })).rejects.toEqual(refusal());
  const xml = `<network><name>${ownName}</name><forward mode='bridge'/><bridge name='br0'/></network>`;
  const defined = (await c.networkDefineXml({ xml })).network;
  try {
    await c.networkCreate({ network: defined });
    expect(await c.networkIsActive({ network: defined })).toEqual({ active: true });
    await c.networkDestroy({ network: defined });
    expect(await c.networkIsActive({ network: defined })).toEqual({ active: false });
  } finally {
    await c.networkUndefine({ network: defined });
  }
  expect((await c.interfaceLookupByName({ name: 'br0' })).device).toEqual({
    name: 'br0',
    mac: '02:fe:00:00:01:01',
  });
  await expect(c.interfaceLookupByName({ name: 'br99' })).rejects.toEqual(refusal(ErrorNumber.noInterface));
});

test('secrets', async () => {
  const c = counting(raw);
  const usageId = `${ownName}-key`;
  const xml = `<secret ephemeral="yes"><usage type="ceph"><name>${usageId}</name></usage></secret>`;
  const { secret } = await c.secretDefineXml({ xml, flags: 0 });
  expect(secret).toMatchObject({ usageType: SecretUsage.ceph, usageId });
  expect(await c.secretLookupByUuid({ uuid: secret.uuid })).toEqual({ secret });
  expect(await c.secretLookupByUsage({ usageType: SecretUsage.ceph, usageId })).toEqual({ secret });
  await c.secretUndefine({ secret });
  await expect(c.secretLookupByUuid({ uuid: secret.uuid })).rejects.toEqual(refusal(ErrorNumber.noSecret));
});

test('a disc is taken out of a running domain', async () => {
  const { name } = await guest({ host: 'alpha', disk: 'none' });
  const c = counting(raw);
  const { dom } = await c.domainLookupByName({ name });
  const xml = '<disk type="file" device="cdrom"><target dev="sdz" bus="sata"/><readonly/></disk>';
  await expect(c.domainUpdateDeviceFlags({ dom, xml, flags: AffectFlag.live })).rejects.toEqual(refusal());
});

test('events: registered for and heard', async () => {
  const { name } = await guest({ host: 'alpha', disk: 'none' });
  const c = counting(raw);
  const { dom } = await c.domainLookupByName({ name });
  const heard: { event: number; dom: DomainRef }[] = [];
  const unsubscribe = await c.subscribe('lifecycle', null, (event) => heard.push(event));
  const { callbackId } = await c.connectDomainEventCallbackRegisterAny({ eventId: 20, dom });
  await c.connectDomainEventCallbackDeregisterAny({ callbackId });
  await c.domainSuspend({ dom });
  await c.domainResume({ dom });
  // The daemon sends events and replies in order, so by now both have come.
  await c.connectGetType({});
  expect(heard.map(({ event }) => event)).toEqual(expect.arrayContaining([3, 4]));
  expect(heard.every((event) => event.dom.uuid === dom.uuid)).toBe(true);
  await unsubscribe();
  const count = heard.length;
  await c.domainSuspend({ dom });
  await c.connectGetType({});
  expect(heard).toHaveLength(count);
});

test('opening and closing', async () => {
  const second = counting(await connect(host('alpha').uri));
  await expect(second.connectOpen({ name: 'qemu:///system', flags: 0 })).rejects.toEqual(refusal());
  await second.connectClose({});
  await second.close();
});

test('no procedure was left out', () => {
  const left = Object.keys(procedures).filter((name) => !called.has(name));
  expect(left).toEqual([]);
});
