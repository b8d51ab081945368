import { basename, dirname } from 'node:path';
import {
  type Connection,
  type DomainRef,
  ErrorNumber,
  isRemote,
  type StoragePoolRef,
} from '@virt-ferry/libvirt';
import { EngineError } from '../errors.ts';
import type { Story } from '../migrate/story.ts';
import type { Disk } from '../model.ts';
import type { Created } from '../recover/record.ts';
import { poolAt } from './created.ts';
import { escapeXml, poolXml } from './pool-xml.ts';

/** A disk in a file, which is to be copied to a file of the same path. */
export interface LocalDisk extends Disk {
  readonly source: { readonly kind: 'file'; readonly path: string };
}

export function isLocalDisk(disk: Disk): disk is LocalDisk {
  return disk.source.kind === 'file';
}

/**
 * Makes an empty volume on the destination for each disk that is copied: same path, format and virtual size. Each is in
 * the journal before it is made. A file that is there already is somebody's, and never touched.
 */
export async function createTargets(
  disks: readonly LocalDisk[],
  { from, to, dom }: { readonly from: Connection; readonly to: Connection; readonly dom: DomainRef },
  story: Story,
): Promise<void> {
  for (const disk of disks) {
    const { path } = disk.source;
    const pool = await usablePool(dirname(path), to, story);
    await to.storagePoolRefresh({ pool, flags: 0 });
    const name = basename(path);
    if (await exists(pool, name, to)) throw inTheWay(disk);
    const { capacity } = await from.domainGetBlockInfo({ dom, path: disk.target, flags: 0 });
    const created: Created = { kind: 'volume', pool: pool.name, name, path };
    const xml = volumeXml(name, capacity, disk.format ?? 'raw');
    await story.act('create-volume', { created, capacityBytes: Number(capacity), format: disk.format }, () =>
      to.storageVolCreateXml({ pool, xml, flags: 0 }),
    );
  }
}

/** The active pool of a directory, or one without a definition that is there for this move only. */
async function usablePool(directory: string, connection: Connection, story: Story): Promise<StoragePoolRef> {
  const existing = await poolAt(directory, connection);
  if (existing) return existing;
  const name = `ferry-${story.operationId}${directory.replaceAll('/', '-')}`;
  const created: Created = { kind: 'pool', name };
  const made = await story.act('create-pool', { created, directory }, () =>
    connection.storagePoolCreateXml({ xml: poolXml(name, directory), flags: 0 }),
  );
  return made.pool;
}

async function exists(pool: StoragePoolRef, name: string, connection: Connection): Promise<boolean> {
  try {
    await connection.storageVolLookupByName({ pool, name });
    return true;
  } catch (error) {
    if (isRemote(error, ErrorNumber.noStorageVol)) return false;
    throw error;
  }
}

function inTheWay({ target, source }: LocalDisk): EngineError {
  const message = `disk ${target} can't be copied: the destination has a file ${source.path} already`;
  return new EngineError(
    'in-the-way',
    `${message}; move it out of the way, or put the disk on shared storage`,
  );
}

function volumeXml(name: string, capacityBytes: bigint, format: string): string {
  const target = `<target><format type="${escapeXml(format)}"/></target>`;
  return `<volume><name>${escapeXml(name)}</name><capacity unit="bytes">${capacityBytes}</capacity>${target}</volume>`;
}
