import { basename } from 'node:path';
import type { MoveEvent } from '@virt-ferry/engine';
import { queryGuest } from '@virt-ferry/lab';
import { DomainState } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { connectTo, guest, lab, move, request } from '../fixture.ts';
import { addDevice, directoryOn, guestWith, inHost } from '../preflight/scene.ts';
import { bases, chained, chainOn, createOver, idsIn, movesWell, sentIn, wishes } from './chains.ts';

/** Disks that are not shared, and what they build on: copied, sent or found, and the same afterwards. */

/** What a disk holds for a guest. */
async function contentOn(host: string, path: string): Promise<string> {
  const raw = `/tmp/${basename(path)}.raw`;
  await inHost(host, 'qemu-img', 'convert', '-U', '-O', 'raw', path, raw);
  const [digest = ''] = (await inHost(host, 'sha256sum', raw)).split(' ');
  await inHost(host, 'rm', raw);
  return digest;
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
