import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { check, type MoveRequest, readHost } from '@virt-ferry/engine';
import { captureInHost, type Guest, hostRoot, type NewGuest, queryGuest, type Ran } from '@virt-ferry/lab';
import { boundDirectory } from '@virt-ferry/lab/faults';
import { type DomainRef, DomainState, PausedReason, XmlFlag } from '@virt-ferry/libvirt';
import { describe, expect, test } from 'vitest';
import {
  address,
  afterwards,
  connectTo,
  env,
  guest,
  host,
  lab,
  move,
  request,
  runners,
  stateOn,
  virshMove,
} from '../fixture.ts';

/**
 * What a guest is made of, for real: `check` sees what is in the way, virsh fails for it in these words, the remedy is
 * applied, and the move succeeds.
 */

const SHARED = '/srv/shared';

/** alpha is of this machine's own release; gamma is Debian 13 with QEMU 10. */
const QEMU_TELLS_HT = 10_000_000;
const { hypervisorVersion } = await readHost(host('alpha'), env);

async function virsh(host: string, words: readonly string[]): Promise<Ran> {
  return captureInHost(lab, host, ['virsh', ...words]);
}

/** As {@link virsh}, where it must work. */
async function did(host: string, words: readonly string[]): Promise<void> {
  expect(await virsh(host, words)).toMatchObject({ stderr: '', exitCode: 0 });
}

/** A move that is asked for as plainly as can be: without a probe, since a guest that was started anew still boots. */
function plain(moved: Guest, from: string, to: string): MoveRequest {
  return request(moved, from, to, { probe: { kind: 'none' } });
}

async function severities(wanted: MoveRequest): Promise<ReadonlyMap<string, string>> {
  const { findings } = await check(wanted, env);
  return new Map(findings.map(({ id, severity }) => [id, severity]));
}

/** It is seen, nothing is begun, and virsh is refused in these words. */
async function expectBlocked(moved: Guest, from: string, to: string, ids: string[], says: string) {
  const wanted = plain(moved, from, to);
  const found = await severities(wanted);
  for (const id of ids) expect([id, found.get(id)]).toEqual([id, 'blocker']);
  const { outcome, events } = await move(wanted);
  expect(outcome.result).toBe('blocked');
  expect(events.some((event) => event.type === 'phase' && event.phase === 'begin')).toBe(false);
  const ran = await virshMove(wanted);
  expect(ran.stderr).toContain(says);
  expect(ran.exitCode).not.toBe(0);
  expect(await runners(moved.uuid)).toEqual([from]);
}

/** The remedy has helped: nothing of it is found any more, and the guest moves. */
async function expectMoves(moved: Guest, from: string, to: string, ids: string[] = []): Promise<void> {
  const wanted = plain(moved, from, to);
  const found = await severities(wanted);
  expect([...found.keys()].filter((id) => ids.includes(id))).toEqual([]);
  expect(found.get('source.agrees')).toBe('pass');
  expect((await move(wanted)).outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(await runners(moved.uuid)).toEqual([to]);
}

/** Shuts a guest down, changes its description and starts it: what `virsh edit` and a restart do. */
async function restarted(on: string, { name }: Guest, change: (xml: string) => string): Promise<DomainRef> {
  const connection = await connectTo(on);
  const { dom } = await connection.domainLookupByName({ name });
  const { state } = await connection.domainGetState({ dom, flags: 0 });
  if (state !== DomainState.shutoff) await connection.domainDestroyFlags({ dom, flags: 0 });
  const { xml } = await connection.domainGetXmlDesc({ dom, flags: XmlFlag.inactive });
  await connection.domainDefineXmlFlags({ xml: change(xml), flags: 0 });
  return (await connection.domainCreateWithFlags({ dom, flags: 0 })).dom;
}

const withDevice = (device: string) => (xml: string) => xml.replace('</devices>', `${device}</devices>`);
const without = (element: RegExp) => (xml: string) => xml.replace(element, '');

/** A guest that has something more than others. */
async function guestWith(change: (xml: string) => string, wanted: Omit<NewGuest, 'name'>): Promise<Guest> {
  const made = await guest(wanted);
  await restarted(wanted.host, made, change);
  return made;
}

/** An image on the storage that all hosts share. */
async function sharedImage(name: string, format: string): Promise<string> {
  const path = `${SHARED}/${name}`;
  afterwards(async () => rm(`${await hostRoot(lab, 'alpha')}${path}`, { force: true }));
  const words = ['qemu-img', 'create', '-q', '-f', format, path, '16M'];
  expect(await captureInHost(lab, 'alpha', words)).toMatchObject({ exitCode: 0 });
  return path;
}

describe('what libvirt and QEMU refuse', () => {
  test('shared memory of which the guest is not the master, detached while it runs', async () => {
    const device = `<shmem name="ferry-${process.pid}" role="peer"><model type="ivshmem-plain"/><size unit="M">1</size></shmem>`;
    const moved = await guestWith(withDevice(device), { host: 'alpha', disk: 'none' });
    const file = `/tmp/ferry-shmem-${process.pid}.xml`;
    await captureInHost(lab, 'alpha', ['sh', '-c', `cat > ${file}`], device);
    afterwards(() => captureInHost(lab, 'alpha', ['rm', '-f', file]));
    // Only a guest that is up lets go of a device.
    const up = () => queryGuest(lab, moved.name, 'status');
    await expect.poll(up, { timeout: 60_000, interval: 500 }).toBeTruthy();
    await expectBlocked(
      ...([moved, 'alpha', 'beta'] as const),
      ['shared-memory.peer', 'source.refuses'],
      "Migration is disabled when using feature 'peer mode' in device 'ivshmem'",
    );
    await did('alpha', ['detach-device', moved.name, file, '--live']);
    // The guest lets go of it when it gets to it.
    const described = async () => (await virsh('alpha', ['dumpxml', moved.name])).stdout;
    await expect.poll(described, { timeout: 60_000 }).not.toContain('<shmem');
    await expectMoves(moved, 'alpha', 'beta', ['shared-memory.peer']);
  });

  // From Debian 13 on its daemon is a package of its own, which a lab host need not have.
  test.skipIf(!existsSync('/usr/lib/qemu/virtiofsd'))('a directory by virtiofs', async () => {
    const shared = '<memoryBacking><source type="memfd"/><access mode="shared"/></memoryBacking><os>';
    const device =
      '<filesystem type="mount"><driver type="virtiofs"/><source dir="/srv/shared"/><target dir="shared"/></filesystem>';
    const change = (xml: string) => withDevice(device)(xml.replace('<os>', shared));
    const moved = await guestWith(change, { host: 'alpha', disk: 'none' });
    await expectBlocked(
      ...([moved, 'alpha', 'beta'] as const),
      ['filesystems.virtiofs', 'source.refuses'],
      '/vhost-user-fs',
    );
    await restarted('alpha', moved, without(/<filesystem[\s\S]*<\/filesystem>/));
    await expectMoves(moved, 'alpha', 'beta', ['filesystems.virtiofs']);
  });

  test('a serial port on USB', async () => {
    const device = '<serial type="null"><target type="usb-serial" port="1"/></serial>';
    const moved = await guestWith(withDevice(device), { host: 'alpha', disk: 'none' });
    await expectBlocked(
      ...([moved, 'alpha', 'beta'] as const),
      ['emulated-devices.unmovable', 'source.refuses'],
      '/usb-serial',
    );
    await restarted('alpha', moved, without(/<serial type='null'>[\s\S]*?<\/serial>/));
    await expectMoves(moved, 'alpha', 'beta', ['emulated-devices.unmovable']);
  });

  test('a virtio sound device, on a newer host', async () => {
    const moved = await guestWith(withDevice('<sound model="virtio"/>'), { host: 'gamma', disk: 'none' });
    await expectBlocked(
      ...([moved, 'gamma', 'alpha'] as const),
      ['emulated-devices.unmovable', 'source.refuses'],
      'virtio-sound-device',
    );
    await restarted('gamma', moved, without(/<sound[\s\S]*?<\/sound>/));
    await expectMoves(moved, 'gamma', 'alpha', ['emulated-devices.unmovable']);
  });

  test('a transient disk', async () => {
    const path = await sharedImage(`transient-${process.pid}.qcow2`, 'qcow2');
    const device = `<disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="${path}"/><target dev="vdb" bus="virtio"/><transient/></disk>`;
    const moved = await guestWith(withDevice(device), { host: 'alpha', disk: 'none' });
    await expectBlocked(
      ...([moved, 'alpha', 'beta'] as const),
      ['disk-kinds.transient', 'source.refuses'],
      'migration with transient disk is not supported',
    );
    await restarted('alpha', moved, without(/<transient\/>/));
    await expectMoves(moved, 'alpha', 'beta', ['disk-kinds.transient']);
  });

  test('an image in a format that cannot be handed over, and made qcow2 while it runs', async () => {
    const path = await sharedImage(`image-${process.pid}.vmdk`, 'vmdk');
    const copy = await sharedImage(`copy-${process.pid}.qcow2`, 'qcow2');
    const device = `<disk type="file" device="disk"><driver name="qemu" type="vmdk"/><source file="${path}"/><target dev="vdb" bus="virtio"/></disk>`;
    const moved = await guestWith(withDevice(device), { host: 'alpha', disk: 'none' });
    await expectBlocked(
      ...([moved, 'alpha', 'beta'] as const),
      ['disk-kinds.format', 'source.refuses'],
      'does not support live migration',
    );
    const how = ['--format', 'qcow2', '--transient-job', '--wait', '--pivot', '--reuse-external'];
    await did('alpha', ['blockcopy', moved.name, 'vdb', copy, ...how]);
    await expectMoves(moved, 'alpha', 'beta', ['disk-kinds.format']);
  });

  test('snapshots', async () => {
    const moved = await guest({ host: 'alpha' });
    await did('alpha', ['snapshot-create-as', moved.name, 'first']);
    afterwards(() => virsh('alpha', ['snapshot-delete', moved.name, 'first']));
    await expectBlocked(
      ...([moved, 'alpha', 'beta'] as const),
      ['snapshots.present', 'source.refuses'],
      'cannot migrate domain with 1 snapshots',
    );
    await did('alpha', ['snapshot-delete', moved.name, 'first']);
    await expectMoves(moved, 'alpha', 'beta', ['snapshots.present']);
  });

  test('a disk that is being copied', async () => {
    const moved = await guest({ host: 'alpha' });
    const copy = await sharedImage(`job-${process.pid}.qcow2`, 'qcow2');
    // It has caught up at once, and stays in step until it is ended.
    await did('alpha', ['blockcopy', moved.name, 'vda', `${copy}.2`, '--transient-job']);
    afterwards(async () => rm(`${await hostRoot(lab, 'alpha')}${copy}.2`, { force: true }));
    await expectBlocked(
      ...([moved, 'alpha', 'beta'] as const),
      ['block-jobs.active', 'source.refuses'],
      'domain has active block job',
    );
    await did('alpha', ['blockjob', moved.name, 'vda', '--abort']);
    await expectMoves(moved, 'alpha', 'beta', ['block-jobs.active']);
  });

  test('a domain that goes with its client: no description tells it', async () => {
    const moved = await guest({ host: 'alpha', disk: 'none' });
    const alpha = await connectTo('alpha');
    const { dom } = await alpha.domainLookupByName({ name: moved.name });
    await alpha.domainDestroyFlags({ dom, flags: 0 });
    const AUTO_DESTROY = 2;
    await alpha.domainCreateWithFlags({ dom, flags: AUTO_DESTROY });
    await expectBlocked(moved, 'alpha', 'beta', ['source.refuses'], 'domain is marked for auto destroy');
    await restarted('alpha', moved, (xml) => xml);
    await expectMoves(moved, 'alpha', 'beta');
  });
});

test('a guest that its full storage has stopped', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local', diskRateMBps: 20 });
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByName({ name: moved.name });
  await alpha.domainDestroyFlags({ dom, flags: 0 });
  const path = moved.diskPath ?? '';
  const directory = dirname(path);
  const inAlpha = async (...words: string[]) =>
    expect(await captureInHost(lab, 'alpha', words)).toMatchObject({ exitCode: 0 });
  const small = await boundDirectory(lab, 'alpha', directory, 8 * 1024 ** 2);
  afterwards(async () => {
    await virsh('alpha', ['destroy', moved.name]);
    await small.undo();
  });
  await inAlpha('qemu-img', 'create', '-q', '-f', 'qcow2', path, '64M');
  await alpha.domainCreateWithFlags({ dom, flags: 0 });
  const stopped = { state: DomainState.paused, reason: PausedReason.ioError };
  await expect.poll(() => stateOn('alpha', moved.uuid), { timeout: 60_000 }).toEqual(stopped);

  const wanted = { ...plain(moved, 'alpha', 'beta'), copyStorage: 'all' } as const;
  expect((await severities(wanted)).get('io-error.stopped')).toBe('warning');
  const there = address('beta');
  const how = ['--live', '--unsafe', '--abort-on-error', '--copy-storage-all'];
  const words = ['migrate', ...how, moved.name, `qemu+tcp://${there}/system`, `tcp://${there}`];
  expect((await virsh('alpha', words)).stderr).toContain('cannot migrate domain with I/O error');

  await inAlpha('mount', '-o', 'remount,size=128M', directory);
  await did('alpha', ['resume', moved.name]);
  expect((await severities(wanted)).has('io-error.stopped')).toBe(false);
  expect((await move(wanted)).outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(await runners(moved.uuid)).toEqual(['beta']);
});

test('a CPU that the destination lacks is named, feature by feature', async () => {
  const moved = await guest({ host: 'alpha', disk: 'none', cpu: 'Skylake-Server' });
  const { findings } = await check(plain(moved, 'alpha', 'beta'), env);
  const found = findings.find(({ id }) => id === 'cpu.incompatible');
  expect(found).toMatchObject({ severity: 'blocker' });
  expect(found?.message).toMatch(/: .*\bavx512f\b/);
  expect(found?.fix?.command).toMatch(/the CPU model \S+.*, which both hosts have/);
  await restarted('alpha', moved, (xml) => xml.replace('Skylake-Server', 'Nehalem'));
  await expectMoves(moved, 'alpha', 'beta', ['cpu.incompatible']);
});

test('more vCPUs than the destination has CPUs is said, and moves', async () => {
  const moved = await guestWith((xml) => xml.replace(/>1<\/vcpu>/, '>17</vcpu>'), {
    host: 'alpha',
    disk: 'none',
  });
  const { cpus } = await readHost(host('beta'), env);
  const found = await severities(plain(moved, 'alpha', 'beta'));
  expect(found.get(cpus < 17 ? 'vcpus.crowded' : 'vcpus.enough')).toBe(cpus < 17 ? 'warning' : 'pass');
  await expectMoves(moved, 'alpha', 'beta', ['vcpus.too-many']);
});

test('a directory by 9p that is not mounted moves, and the destination must have it', async () => {
  const device = '<filesystem type="mount"><source dir="/srv/shared"/><target dir="shared"/></filesystem>';
  const moved = await guestWith(withDevice(device), { host: 'alpha', disk: 'none' });
  const found = await severities(plain(moved, 'alpha', 'beta'));
  expect(found.get('filesystems.needed-there')).toBe('warning');
  await expectMoves(moved, 'alpha', 'beta', ['filesystems.9p']);
});

test('to be asked leaves no trace on the source', async () => {
  const moved = await guest({ host: 'alpha', disk: 'none' });
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByName({ name: moved.name });
  const look = async () => ({
    ...(await alpha.domainGetXmlDesc({ dom, flags: 0 })),
    state: await alpha.domainGetState({ dom, flags: 0 }),
    job: (await alpha.domainGetJobInfo({ dom })).type,
  });
  const before = await look();
  const found = await severities(plain(moved, 'alpha', 'beta'));
  expect(found.get('source.agrees')).toBe('pass');
  expect(await look()).toEqual(before);
  const log = await captureInHost(lab, 'alpha', ['cat', `/var/log/libvirt/qemu/${moved.name}.log`]);
  // The lab gives its guests an option of its own, and that is written there.
  expect(log.stdout).toContain('is tainted: custom-argv');
  expect(log.stdout).not.toContain('is tainted: custom-monitor');
});

describe('there and back', () => {
  const sockets = (xml: string) =>
    xml.replace(/<topology[^>]*>/, "<topology sockets='2' cores='1' threads='1'/>");
  const cores = (xml: string) =>
    xml
      .replace(/>1<\/vcpu>/, '>2</vcpu>')
      .replace('</cpu>', "<topology sockets='1' cores='2' threads='1'/></cpu>");

  test('between hosts of one version', async () => {
    const moved = await guest({ host: 'alpha', disk: 'none' });
    expect((await severities(plain(moved, 'alpha', 'beta'))).get('return.possible')).toBe('pass');
    await expectMoves(moved, 'alpha', 'beta');
    await expectMoves(moved, 'beta', 'alpha');
  });

  test.skipIf(hypervisorVersion >= QEMU_TELLS_HT).each([
    { from: 'alpha', to: 'gamma', says: 'extra features: ht', also: 'return.back-is-backwards' },
    { from: 'gamma', to: 'alpha', says: 'missing features: ht', also: 'return.backwards' },
  ])('a guest with cores from $from to $to', async ({ from, to, says, also }) => {
    const moved = await guestWith(cores, { host: from, disk: 'none', loadMemoryMiB: 16 });
    const found = await severities(plain(moved, from, to));
    expect(found.get('return.ht-there')).toBe('warning');
    expect(found.get('return.ht-back')).toBe('warning');
    expect(found.get(also)).toBe('notice');
    const { outcome } = await move(plain(moved, from, to));
    expect(outcome.result).toBe('rolled-back');
    expect(outcome.reason).toContain(`guest CPU doesn't match specification: ${says}`);
    expect(await runners(moved.uuid)).toEqual([from]);
    await restarted(from, moved, sockets);
    await expectMoves(moved, from, to, ['return.ht-there', 'return.ht-back']);
    await expectMoves(moved, to, from, ['return.ht-there', 'return.ht-back']);
  });
});
