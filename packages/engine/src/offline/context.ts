import { normalize } from 'node:path';
import type { DomainRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { readContext } from '../migrate/subject.ts';
import type { Disk, DiskSource, Domain } from '../model.ts';
import type { CheckContext, Side, Wishes } from '../preflight/check.ts';
import { imageAt } from '../storage/directory.ts';
import type { LocalDisk } from '../storage/local-disk.ts';
import type { Reached } from '../with-connection.ts';

/** Reads all that preflight looks at, of a domain that is to be moved shut off. */
export function readOfflineContext(
  from: Reached,
  to: Reached,
  dom: DomainRef,
  wishes: Wishes,
  env: Env,
): Promise<CheckContext> {
  // Each image is sent as it is, so none is made into another.
  return readContext(from, to, dom, { ...wishes, copyStorage: 'incremental' }, env, withWholeDisks);
}

/** libvirt follows no longer chain either (virStorageSourceIterateChain, VIR_STORAGE_MAX_CHAIN). */
const DEPTH_MAX = 200;

/**
 * A domain that is shut off, with all that its disks consist of: the images that they build on, which its description
 * does not list while it is off, and its firmware's variables as one more disk, if there are any yet.
 */
async function withWholeDisks(domain: Domain, source: Side): Promise<Domain> {
  const disks = await Promise.all(domain.disks.map((disk) => withChain(disk, source)));
  const nvram = await nvramOf(domain, source);
  return nvram === null
    ? { ...domain, disks }
    : {
        ...domain,
        disks: [...disks, nvram],
        requires: { ...domain.requires, bootFiles: bootFilesOf(domain) },
      };
}

async function withChain(disk: Disk, source: Side): Promise<Disk> {
  if (disk.source.kind !== 'file' || disk.backing.length > 0) return disk;
  return { ...disk, backing: await backingOf(disk.source.path, disk.format, source) };
}

/**
 * Only an image that is meant to be one has its header believed: what is in a raw file the guest writes, and it could
 * name any file of the host there.
 */
async function backingOf(path: string, format: string | null, source: Side): Promise<DiskSource[]> {
  const chain: DiskSource[] = [];
  let next = { path, format };
  while (next.format !== null && next.format !== 'raw' && chain.length < DEPTH_MAX) {
    const backing = (await imageAt(source, next.path))?.backing ?? null;
    if (backing === null) break;
    if (!backing.path.startsWith('/')) return [...chain, { kind: 'other', type: backing.path }];
    next = { path: normalize(backing.path), format: backing.format };
    chain.push({ kind: 'file', path: next.path });
  }
  return chain;
}

async function nvramOf({ requires }: Domain, source: Side): Promise<LocalDisk | null> {
  const path = requires.bootFiles.find(({ role }) => role === 'nvram')?.path;
  if (path === undefined || (await imageAt(source, path)) === null) return null;
  return {
    ...{ target: 'nvram', device: 'disk', source: { kind: 'file', path }, format: 'raw', cache: null },
    ...{ readOnly: false, shareable: false, bus: null, backing: [], backingSent: false },
    ...{ startupPolicy: 'mandatory', secrets: [] },
  };
}

/** Once it is sent, the destination makes none from a template. */
function bootFilesOf({ requires }: Domain) {
  return requires.bootFiles.filter(({ role }) => role !== 'nvram' && role !== 'nvram-template');
}
