import { basename } from 'node:path';
import type { CheckReport, MoveEvent, MoveRequest } from '@virt-ferry/engine';
import { type Guest, queryGuest } from '@virt-ferry/lab';
import { killProcess, qemuPids, resetLink, type Undo } from '@virt-ferry/lab/faults';
import { DomainState, XmlFlag } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { afterwards, connectTo, guest, lab, move, request, runners } from './fixture.ts';
import { addDevice, directoryOn, guestWith, inHost } from './preflight/scene.ts';
import { killedAt, recovered } from './recovery/killed-ferry.ts';

/** Disks that are not shared, and what they build on: copied, sent or found, and the same afterwards. */

const bases = '/var/lib/ferry-bases';
const wishes = { copyStorage: 'auto', maxDowntimeMs: 200 } as const;

/** A guest whose disk has been written to for a while, and then goes on in images on top of that. */
async function chained(depth: number): Promise<{ moved: Guest; chain: readonly string[] }> {
  await directoryOn(bases, 'alpha', 'beta');
  const moved = await guest({ host: 'alpha', disk: 'local', diskRateMBps: 8 });
  const top = moved.diskPath ?? '';
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByName({ name: moved.name });
  await queryGuest(lab, moved.name, 'verify');
  await alpha.domainDestroyFlags({ dom, flags: 0 });
  const chain: string[] = [];
  for (let level = 1; level < depth; level++) {
    const base = `${bases}/${basename(top)}.${level}`;
    if (level === 1) await inHost('alpha', 'mv', top, base);
    else await createOver(chain[0] ?? '', base);
    chain.unshift(base);
  }
  await createOver(chain[0] ?? '', top);
  await alpha.domainCreateWithFlags({ dom, flags: 0 });
  await expect.poll(() => queryGuest(lab, moved.name, 'verify'), { timeout: 60_000 }).toBeDefined();
  return { moved, chain: [top, ...chain] };
}

function createOver(base: string, path: string): Promise<string> {
  return inHost('alpha', ...['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', path]);
}

/** The images of a chain as a host has them, the topmost first. */
async function chainOn(host: string, path: string): Promise<string[]> {
  const said = await inHost(host, 'qemu-img', 'info', '-U', '--backing-chain', '--output=json', path);
  return (JSON.parse(said) as { filename: string }[]).map(({ filename }) => filename);
}

/** All files where disks are on beta. */
function listing(): Promise<string> {
  return inHost('beta', 'find', bases, '/var/lib/libvirt/images', '-type', 'f');
}

/** What a disk holds for a guest. */
async function contentOn(host: string, path: string): Promise<string> {
  const raw = `/tmp/${basename(path)}.raw`;
  await inHost(host, 'qemu-img', 'convert', '-U', '-O', 'raw', path, raw);
  const [digest = ''] = (await inHost(host, 'sha256sum', raw)).split(' ');
  await inHost(host, 'rm', raw);
  return digest;
}

/** Moves while the guest writes; then its own check of memory and disk. */
async function movesWell(moved: Guest, wanted: Partial<MoveRequest> = {}) {
  const result = await move(request(moved, 'alpha', 'beta', { ...wishes, ...wanted }));
  expect(result.outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(await runners(moved.uuid)).toEqual(['beta']);
  const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
  expect(memory.errors + disk.errors).toBe(0);
  return result;
}

function sentIn(events: readonly MoveEvent[]): string[] {
  return [...new Set(events.flatMap((event) => (event.type === 'sending' ? [event.path] : [])))];
}

function idsIn(events: readonly MoveEvent[]): string[] {
  const report = events.find(
    (event): event is MoveEvent & { report: CheckReport } => event.type === 'checked',
  )?.report;
  return (report?.findings ?? []).map(({ id }) => id);
}

test('a chain of three, of which the destination has nothing, is there again', async () => {
  const { moved, chain } = await chained(3);
  const { events } = await movesWell(moved);
  expect(idsIn(events)).toContain('storage.backing-sent');
  expect(sentIn(events)).toEqual(chain.slice(1).toReversed());
  expect(await chainOn('beta', chain[0] ?? '')).toEqual(chain);
  for (const base of chain.slice(1)) {
    const digests = await Promise.all(['alpha', 'beta'].map((host) => inHost(host, 'sha256sum', base)));
    expect(digests[0]).toBe(digests[1]);
  }
});

test('a chain whose base is there: it is not sent, and the copy is of the top alone', async () => {
  const { moved, chain } = await chained(2);
  const [top = '', base = ''] = chain;
  await inHost('alpha', 'cp', '--sparse=always', base, '/srv/shared/base.copy');
  await inHost('beta', 'cp', '--sparse=always', '/srv/shared/base.copy', base);
  await inHost('beta', 'rm', '/srv/shared/base.copy');
  const { events } = await movesWell(moved, { copyStorage: 'incremental' });
  expect(idsIn(events)).toContain('storage.backing-same');
  expect(sentIn(events)).toEqual([]);
  expect(await chainOn('beta', top)).toEqual(chain);
});

test('a base that is another image is left alone, and the disk comes in one piece', async () => {
  const { moved, chain } = await chained(2);
  const [top = '', base = ''] = chain;
  await inHost('beta', 'qemu-img', 'create', '-q', '-f', 'qcow2', base, '64M');
  const before = await inHost('beta', 'sha256sum', base);
  const blocked = await move(request(moved, 'alpha', 'beta', { ...wishes, copyStorage: 'incremental' }));
  expect(blocked.outcome.result).toBe('blocked');
  expect(idsIn(blocked.events)).toContain('storage.backing-differs');
  const { events } = await movesWell(moved);
  expect(idsIn(events)).toContain('storage.backing-flat');
  expect(await chainOn('beta', top)).toEqual([top]);
  expect(await inHost('beta', 'sha256sum', base)).toBe(before);
});

test.each([{ copyStorage: 'auto' }, { copyStorage: 'all' }] as const)(
  'a guest that stands still has the same disk on both sides: $copyStorage',
  async ({ copyStorage }) => {
    const { moved, chain } = await chained(3);
    const [top = ''] = chain;
    const alpha = await connectTo('alpha');
    const { dom } = await alpha.domainLookupByName({ name: moved.name });
    await alpha.domainSuspend({ dom });
    const before = await contentOn('alpha', top);
    const { outcome } = await move(
      request(moved, 'alpha', 'beta', { ...wishes, copyStorage, probe: { kind: 'none' } }),
    );
    expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
    const beta = await connectTo('beta');
    const there = await beta.domainLookupByName({ name: moved.name });
    expect(await beta.domainGetState({ ...there, flags: 0 })).toMatchObject({ state: DomainState.paused });
    expect(await contentOn('beta', top)).toBe(before);
    expect(await contentOn('alpha', top)).toBe(before);
  },
);

test('an abort while a base is sent leaves nothing there', async () => {
  const { moved } = await chained(3);
  const before = await listing();
  const abort = new AbortController();
  afterwards(async () => abort.abort());
  const { outcome } = await move(
    request(moved, 'alpha', 'beta', { ...wishes, bandwidthBytesPerS: 2 ** 20 }),
    (event) => event.type === 'sending' && abort.abort(),
    abort.signal,
  );
  expect(outcome.result).toBe('aborted');
  expect(await runners(moved.uuid)).toEqual(['alpha']);
  expect(await listing()).toBe(before);
});

test('there and back: the copy that was left behind is replaced, and nothing else is', async () => {
  const { moved, chain } = await chained(2);
  const [top = ''] = chain;
  const there = await movesWell(moved);
  expect(there.outcome.staleDisks).toEqual([top]);
  const back = await move(request(moved, 'beta', 'alpha', wishes));
  expect(back.outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(idsIn(back.events)).toEqual(expect.arrayContaining(['copy.left-behind', 'storage.backing-same']));
  expect(await chainOn('alpha', top)).toEqual(chain);
  const report = await queryGuest(lab, moved.name, 'verify');
  expect(report.memory.errors + report.disk.errors).toBe(0);
  // Somebody has touched the one that is left on beta now.
  await inHost('beta', 'qemu-img', 'resize', '-q', top, '65M');
  const again = await move(request(moved, 'alpha', 'beta', wishes));
  expect(again.outcome.result).toBe('blocked');
  expect(idsIn(again.events)).toContain('copy.in-the-way');
  expect(await runners(moved.uuid)).toEqual(['alpha']);
});

test('the disks that stay behind are no guest any more', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local' });
  const kept = await move(request(moved, 'alpha', 'beta', { ...wishes, sourceDefinition: 'keep' }));
  expect(idsIn(kept.events)).toContain('storage.kept-definition');
  expect(kept.outcome.result).toBe('blocked');
  await movesWell(moved);
  // An operator defines it on alpha again, while beta is away from where he looks, and starts it.
  const [alpha, beta] = await Promise.all(['alpha', 'beta'].map(connectTo));
  if (!alpha || !beta) throw new Error('no connection');
  const { dom } = await beta.domainLookupByName({ name: moved.name });
  const { xml } = await beta.domainGetXmlDesc({ dom, flags: XmlFlag.inactive });
  await beta.domainDestroyFlags({ dom, flags: 0 });
  await alpha.domainDefineXmlFlags({ xml, flags: 0 });
  await alpha.domainCreateWithFlags({ dom, flags: 0 });
  const again = await move(request(moved, 'alpha', 'beta', { ...wishes, probe: { kind: 'none' } }));
  expect(again.outcome.result).toBe('blocked');
  expect(idsIn(again.events)).toContain('storage.stale');
});

test('there and back and there again, where somebody has put the old copy away', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local' });
  for (const [from, to] of [
    ['alpha', 'beta'],
    ['beta', 'alpha'],
    ['alpha', 'beta'],
  ] as const) {
    const { outcome } = await move(request(moved, from, to, { ...wishes, probe: { kind: 'none' } }));
    expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
    await inHost(from, 'rm', moved.diskPath ?? '');
  }
});

test('disks on the source are deleted on request, but not what they build on', async () => {
  const { moved, chain } = await chained(2);
  const [top = '', base = ''] = chain;
  const { outcome } = await movesWell(moved, { sourceDisks: 'delete' });
  expect(outcome.staleDisks).toBeUndefined();
  expect(await inHost('alpha', 'sh', '-c', `ls ${top} ${base} 2>&1 || true`)).toContain(
    `'${top}': No such file`,
  );
  expect(await inHost('alpha', 'ls', base)).toContain(base);
});

test('mixed: a shared disk stays where it is, a local one with its chain is copied, a read-only disc is neither', async () => {
  await directoryOn(bases, 'alpha', 'beta');
  const [base, top, iso] = ['data.base', 'data.qcow2', 'disc.iso'].map((name) => `${bases}/${name}`);
  // A file system with something in it, as a guest would have it.
  const fill = `mkdir /tmp/tree && cp -a /etc /tmp/tree/ && mkfs.ext4 -q -d /tmp/tree ${base}.raw 48M && rm -r /tmp/tree`;
  await inHost('alpha', 'sh', '-ec', fill);
  await inHost('alpha', 'qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', `${base}.raw`, base ?? '');
  await createOver(base ?? '', top ?? '');
  for (const host of ['alpha', 'beta']) await inHost(host, 'truncate', '-s', '1M', iso ?? '');
  const moved = await guestWith(
    'alpha',
    addDevice(
      `<disk type="file" device="disk"><driver name="qemu" type="qcow2" cache="none"/><source file="${top}"/><target dev="vdb" bus="virtio"/></disk>
      <disk type="file" device="cdrom"><source file="${iso}"/><target dev="sda" bus="sata"/><readonly/></disk>`,
    ),
    { disk: 'shared' },
  );
  const { events, outcome } = await move(
    request(moved, 'alpha', 'beta', { ...wishes, probe: { kind: 'none' } }),
  );
  expect(outcome).toMatchObject({ result: 'migrated', reason: '', staleDisks: [top] });
  expect(sentIn(events)).toEqual([base]);
  const copied = events.flatMap((event) => (event.type === 'progress' ? (event.disks ?? []) : []));
  expect(new Set(copied.map(({ target }) => target))).toEqual(new Set(copied.length > 0 ? ['vdb'] : []));
  expect(await chainOn('beta', top ?? '')).toEqual([top, base]);
  await inHost('beta', 'qemu-img', 'convert', '-U', '-O', 'raw', top ?? '', `${base}.raw`);
  expect(await inHost('beta', 'fsck.ext4', '-fn', `${base}.raw`)).toContain('files');
  const trees = ['alpha', 'beta'].map((host) => inHost(host, 'sha256sum', `${base}.raw`));
  const [ours, theirs] = await Promise.all(trees);
  expect(ours).toBe(theirs);
});

test.each(['after intent:send-image', 'after intent:create-volume', 'after intent:perform'] as const)(
  'Ferry is killed %s: recovery takes away what was made, and nothing else',
  async (point) => {
    const { moved } = await chained(3);
    const before = await listing();
    const id = await killedAt(
      request(moved, 'alpha', 'beta', { ...wishes, bandwidthBytesPerS: 2 ** 20 }),
      point,
    );
    const { outcome, open } = await recovered(id);
    expect({ result: outcome.result, open }).toEqual({ result: 'rolled-back', open: false });
    expect(await runners(moved.uuid)).toEqual(['alpha']);
    expect(await listing()).toBe(before);
    const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
    expect(memory.errors + disk.errors).toBe(0);
  },
);

test.each([
  { what: 'the link breaks', strike: () => resetLink(lab, 'alpha', 'beta') },
  {
    what: 'the destination QEMU dies',
    strike: async (moved: Guest) => {
      for (const pid of await qemuPids(lab, 'beta', moved.name)) await killProcess(pid);
      return async () => undefined;
    },
  },
])('in the middle of a disk $what: the guest goes on, and nothing is left there', async ({ strike }) => {
  const { moved } = await chained(2);
  const before = await listing();
  let struck: Promise<Undo> | undefined;
  const onEvent = (event: MoveEvent) => {
    if (event.type !== 'progress' || struck) return;
    if (!event.disks?.some(({ doneBytes, totalBytes }) => doneBytes > totalBytes / 3)) return;
    struck = strike(moved);
    afterwards(async () => (await struck)?.());
  };
  const slow = {
    ...wishes,
    copyStorage: 'all',
    bandwidthBytesPerS: 2 ** 20,
    probe: { kind: 'none' },
  } as const;
  const { outcome } = await move(request(moved, 'alpha', 'beta', slow), onEvent);
  expect(struck).toBeDefined();
  expect(outcome.result).toBe('rolled-back');
  expect(await runners(moved.uuid)).toEqual(['alpha']);
  expect(await listing()).toBe(before);
  const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
  expect(memory.errors + disk.errors).toBe(0);
});

test.each(['direct', 'p2p'] as const)('disks and memory have limits of their own: %s', async (drive) => {
  const moved = await guest({ host: 'alpha', disk: 'local', diskFormat: 'raw', loadMemoryMiB: 128 });
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByName({ name: moved.name });
  const MIB = 2 ** 20;
  const speeds = { disk: new Set<bigint>(), memory: new Set<bigint>() };
  const looks: Promise<unknown>[] = [];
  const look = async (event: MoveEvent) => {
    if (event.type !== 'progress') return;
    if (event.memoryTotalBytes === 0) {
      const { found, bandwidth } = await alpha.domainGetBlockJobInfo({ dom, path: 'vda', flags: 0 });
      if (found) speeds.disk.add(bandwidth);
    } else {
      const { bandwidthMiBPerS } = await alpha.domainMigrateGetMaxSpeed({ dom, flags: 0 });
      speeds.memory.add(bandwidthMiBPerS);
    }
  };
  const wanted = {
    ...{ ...wishes, drive, diskBandwidthBytesPerS: 16 * MIB, bandwidthBytesPerS: 24 * MIB },
    synchronousWrites: true,
  };
  const { outcome } = await move(request(moved, 'alpha', 'beta', wanted), (event) =>
    // The source's connection may be gone with the guest by the time of the last ones.
    looks.push(look(event).catch(() => undefined)),
  );
  await Promise.all(looks);
  expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(speeds).toEqual({ disk: new Set([16n]), memory: new Set([24n]) });
  const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
  expect(memory.errors + disk.errors).toBe(0);
});
