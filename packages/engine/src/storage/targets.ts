import { basename, dirname } from 'node:path';
import {
  type Connection,
  ErrorNumber,
  isRemote,
  type StoragePoolRef,
  type StorageVolRef,
} from '@virt-ferry/libvirt';
import { EngineError } from '../errors.ts';
import type { Move } from '../migrate/operation.ts';
import type { Story } from '../migrate/story.ts';
import type { Disk } from '../model.ts';
import type { CheckContext } from '../preflight/check.ts';
import type { Created } from '../recover/record.ts';
import type { BaseImage } from './base-image.ts';
import { poolAt } from './created.ts';
import type { Image } from './image.ts';
import { neededBytes } from './needed-bytes.ts';
import { basesToSend, type StoragePlan } from './plan.ts';
import { escapeXml, poolXml } from './pool-xml.ts';
import { sendImage } from './send-image.ts';

/** A disk in a file, which is to be copied to a file of the same path. */
export interface LocalDisk extends Disk {
  readonly source: { readonly kind: 'file'; readonly path: string };
}

export function isLocalDisk(disk: Disk): disk is LocalDisk {
  return disk.source.kind === 'file';
}

/**
 * Makes on the destination what the disks that are copied need: the images that they build on, which are sent, and for
 * each disk an empty volume of the same path, virtual size, format and options. Each is in the journal before it is made.
 * A file that is there already is somebody's, and never touched.
 */
export async function createTargets(plan: StoragePlan, context: CheckContext, move: Move): Promise<void> {
  for (const base of basesToSend(plan)) await sendBase(base, context, move);
  for (const disk of plan.disks) await createTarget(disk, plan, context, move);
}

async function sendBase({ path, image }: BaseImage, context: CheckContext, move: Move): Promise<void> {
  if (image === null) throw new EngineError('storage', `the source can't see ${path}`);
  const { story, request, abort, env } = move;
  const { fileBytes, allocationBytes } = image;
  const raw = { capacityBytes: fileBytes, format: 'raw', allocationBytes: 0 };
  const vol = await createVolume(path, raw, allocationBytes, `image ${path}`, move);
  const progress = (doneBytes: number) =>
    story.emit({ type: 'sending', path, doneBytes, totalBytes: fileBytes });
  await story.act('send-image', { path, bytes: fileBytes }, () =>
    sendImage({
      ...{ path, fileBytes, vol, env, source: context.source, destination: move.to.monitor },
      bytesPerS: request.bandwidthBytesPerS,
      proceed: () => abort.throwIfRequested(),
      onProgress: progress,
    }),
  );
}

async function createTarget(
  disk: LocalDisk,
  { copy }: StoragePlan,
  context: CheckContext,
  move: Move,
): Promise<void> {
  const { from, dom } = move;
  const { path } = disk.source;
  const { capacity } = await from.monitor.domainGetBlockInfo({ dom, path: disk.target, flags: 0 });
  const needed = await neededBytes(disk, copy, context);
  const sight = await context.source.view(dirname(path), (directory) => directory.file(basename(path)));
  const image = sight.kind === 'seen' ? sight.value : null;
  const format = disk.format ?? 'raw';
  const like = image?.format === format ? { options: image.options } : {};
  const backing = copy === 'top' ? (image?.backing ?? null) : null;
  if (copy === 'top' && disk.backing.length > 0 && backing === null) {
    throw new EngineError('storage', `what disk ${disk.target} builds on can't be read from ${path}`);
  }
  const wanted = { capacityBytes: Number(capacity), format, backing, ...like };
  await createVolume(path, wanted, needed, `disk ${disk.target}`, move);
}

interface Volume extends Partial<Pick<Image, 'options' | 'backing'>> {
  readonly capacityBytes: number;
  readonly format: string;
  /** What is taken at once; not given: as libvirt does for that format. */
  readonly allocationBytes?: number;
}

/** Makes a volume where nothing is, in a pool of its directory with room for so many bytes. */
async function createVolume(
  path: string,
  wanted: Volume,
  neededBytes: number,
  what: string,
  { to, story }: Move,
): Promise<StorageVolRef> {
  const connection = to.monitor;
  const pool = await usablePool(dirname(path), connection, story);
  await connection.storagePoolRefresh({ pool, flags: 0 });
  const name = basename(path);
  if (await exists(pool, name, connection)) throw inTheWay(what, path);
  const { availableBytes } = await connection.storagePoolGetInfo({ pool });
  if (neededBytes > availableBytes) throw noRoom(what, path, neededBytes, Number(availableBytes));
  const created: Created = { kind: 'volume', pool: pool.name, name, path };
  const { capacityBytes, format } = wanted;
  const xml = volumeXml(name, wanted);
  const made = await story.act('create-volume', { created, capacityBytes, format }, () =>
    connection.storageVolCreateXml({ pool, xml, flags: 0 }),
  );
  return made.vol;
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

function inTheWay(what: string, path: string): EngineError {
  const message = `${what} can't be copied: the destination has a file ${path} already`;
  return new EngineError(
    'in-the-way',
    `${message}; move it out of the way, or put the disk on shared storage`,
  );
}

function noRoom(what: string, path: string, needed: number, available: number): EngineError {
  const [wants, has] = [needed, available].map((bytes) => `${Math.ceil(bytes / 1024 ** 2)} MiB`);
  return new EngineError(
    'storage',
    `${what} can't be copied: ${path} would take ${wants}, and ${has} are free`,
  );
}

/** formatstorage.html, `<volume>`. */
function volumeXml(
  name: string,
  { capacityBytes, allocationBytes, format, options, backing }: Volume,
): string {
  const size = (element: string, bytes: number) => `<${element} unit="bytes">${bytes}</${element}>`;
  const formatXml = (of: string) => `<format type="${escapeXml(of)}"/>`;
  return [
    `<volume><name>${escapeXml(name)}</name>${size('capacity', capacityBytes)}`,
    allocationBytes === undefined ? '' : size('allocation', allocationBytes),
    `<target>${formatXml(format)}${options ?? ''}</target>`,
    backing
      ? `<backingStore><path>${escapeXml(backing.path)}</path>${formatXml(backing.format ?? 'raw')}</backingStore>`
      : '',
    '</volume>',
  ].join('');
}
