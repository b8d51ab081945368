import { basename, dirname } from 'node:path';
import type { Connection, StoragePoolRef, StorageVolRef } from '@virt-ferry/libvirt';
import { EngineError } from '../errors.ts';
import type { Move } from '../migrate/operation.ts';
import type { Story } from '../migrate/story.ts';
import type { CheckContext } from '../preflight/check.ts';
import { type Created, poolAt } from './created.ts';
import { volumeIn } from './directory.ts';
import { type Image, parseImage } from './image.ts';
import { mib } from './mib.ts';
import { escapeXml, poolXml } from './pool-xml.ts';
import { leftBehind } from './stale.ts';

/** A volume that is to be made. */
export interface Volume extends Partial<Pick<Image, 'options' | 'backing'>> {
  readonly capacityBytes: number;
  readonly format: string;
  /** What is taken at once; not given: as libvirt does for that format. */
  readonly allocationBytes?: number;
}

/**
 * Makes a volume on the destination where nothing is, or where an old copy is that a move has left, in a pool of its
 * directory with room for so many bytes; `what` names it for errors. In the journal before it is made.
 */
export async function createVolume(
  path: string,
  wanted: Volume,
  neededBytes: number,
  what: string,
  { destination }: Pick<CheckContext, 'destination'>,
  { to, story, dom, env }: Move,
): Promise<StorageVolRef> {
  const connection = to.monitor;
  const pool = await usablePool(dirname(path), connection, story);
  await connection.storagePoolRefresh({ pool, flags: 0 });
  const name = basename(path);
  const there = await volumeIn(pool, name, connection);
  const hostUuid = destination.host.uuid;
  if (there !== null) {
    const image = parseImage((await connection.storageVolGetXmlDesc({ vol: there, flags: 0 })).xml, name);
    const left = await leftBehind(path, image, { hostUuid, domainUuid: dom.uuid }, env);
    if (left === null) throw inTheWay(what, path);
    await story.act('delete-stale-disk', { path, left: left.operationId }, () =>
      connection.storageVolDelete({ vol: there, flags: 0 }),
    );
  }
  // Also where somebody has put the old copy away: what comes there now is the guest's own.
  await env.journal.forgetStaleDisk(hostUuid, path);
  const { availableBytes } = await connection.storagePoolGetInfo({ pool });
  if (neededBytes > availableBytes) throw noRoom(what, path, neededBytes, Number(availableBytes));
  const created: Created = { kind: 'volume', pool: pool.name, name, path };
  const { capacityBytes, format } = wanted;
  const made = await story.act('create-volume', { created, capacityBytes, format }, () =>
    connection.storageVolCreateXml({ pool, xml: volumeXml(name, wanted), flags: 0 }),
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

function inTheWay(what: string, path: string): EngineError {
  const message = `${what} can't be copied: the destination has a file ${path} already`;
  return new EngineError(
    'in-the-way',
    `${message}; move it out of the way, or put the disk on shared storage`,
  );
}

function noRoom(what: string, path: string, needed: number, available: number): EngineError {
  const [wants, has] = [needed, available].map(mib);
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
