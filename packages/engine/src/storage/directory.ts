import { basename, dirname } from 'node:path';
import {
  type Connection,
  ErrorNumber,
  isRemote,
  type StoragePoolRef,
  type StorageVolRef,
} from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { Holder } from '../journal/journal.ts';
import { endPool } from './created.ts';
import { type Image, parseImage } from './image.ts';
import { poolXml } from './pool-xml.ts';
import { endTemporary, removeLeftBy, removeStale, temporaryName } from './temporary.ts';

/** A directory as a host sees it while it is looked into. */
export interface Directory {
  /** Free in its file system. */
  readonly availableBytes: number;
  /** `null` if there is no such file. */
  file(name: string): Promise<Image | null>;
  /** What its bytes can be read by; `null` if there is no such file. */
  volume(name: string): Promise<StorageVolRef | null>;
}

export type Sight<T> =
  | { readonly kind: 'seen'; readonly value: T }
  | { readonly kind: 'no-directory'; readonly evidence: string }
  | { readonly kind: 'unseen'; readonly evidence: string };

export type ViewDirectory = <T>(
  directory: string,
  look: (seen: Directory) => Promise<T>,
) => Promise<Sight<T>>;

const PREFIX = '.ferry-look-';
/** So many may look into one directory at once. */
const SPELLINGS = 32;
/** Linux's errno.h; libvirt's daemon runs nowhere else with QEMU under KVM. */
const ENOENT = 2;
const ENOTDIR = 20;

/**
 * Looks into directories of a host through libvirt's storage API: as a pool of type `dir`, without a definition, that
 * is there only while somebody looks. Those who look at once share it. It spells the directory with `/.` at the end,
 * which libvirt doesn't strip (virFileSanitizePath): so it neither meets a pool that the host has of that directory,
 * running or not, nor is it found by a move that looks for one (virStoragePoolLookupByTargetPath).
 */
export function directoryViewer(connection: Connection, env: Env): ViewDirectory {
  const open = new Map<string, { readonly pool: Promise<StoragePoolRef>; users: number }>();
  return async (directory, look) => {
    // Refreshing a pool opens all that is in it, and who opens a watchdog's device starts it.
    if (/^\/+dev\/*$/.test(directory)) return { kind: 'unseen', evidence: 'Ferry does not open /dev' };
    const shared = open.get(directory) ?? { pool: openPool(directory, connection, env), users: 0 };
    open.set(directory, shared);
    shared.users++;
    try {
      const pool = await opened(shared.pool);
      return 'kind' in pool ? pool : { kind: 'seen', value: await look(await read(pool, connection)) };
    } finally {
      shared.users--;
      if (shared.users === 0) {
        open.delete(directory);
        await shared.pool.then(
          ({ name }) => endPool(name, connection).finally(() => endTemporary(name)),
          () => undefined,
        );
      }
    }
  };
}

async function opened(opening: Promise<StoragePoolRef>): Promise<StoragePoolRef | Sight<never>> {
  try {
    return await opening;
  } catch (error) {
    if (!isRemote(error)) throw error;
    const absent = error.errno === ENOENT || error.errno === ENOTDIR;
    return { kind: absent ? 'no-directory' : 'unseen', evidence: error.message };
  }
}

async function openPool(directory: string, connection: Connection, env: Env): Promise<StoragePoolRef> {
  await removeStale(PREFIX, connection, env, ({ name }) => endPool(name, connection));
  const name = temporaryName(PREFIX, env);
  for (let spelling = 1; ; spelling++) {
    const xml = poolXml(name, `${directory}${'/.'.repeat(spelling)}`);
    try {
      return (await connection.storagePoolCreateXml({ xml, flags: 0 })).pool;
    } catch (error) {
      // "Storage source conflict": another one looks into it in this very moment.
      if (isRemote(error, ErrorNumber.operationFailed) && spelling < SPELLINGS) continue;
      endTemporary(name);
      throw error;
    }
  }
}

async function read(pool: StoragePoolRef, connection: Connection): Promise<Directory> {
  const { availableBytes } = await connection.storagePoolGetInfo({ pool });
  const volume = (name: string) => volumeIn(pool, name, connection);
  return {
    availableBytes: Number(availableBytes),
    volume,
    async file(name) {
      const vol = await volume(name);
      if (vol === null) return null;
      return parseImage((await connection.storageVolGetXmlDesc({ vol, flags: 0 })).xml, name);
    },
  };
}

/** Removes what a process has left that looked into directories of this host. */
export function removeLooks(holder: Holder, connection: Connection): Promise<void> {
  return removeLeftBy(holder, PREFIX, connection, ({ name }) => endPool(name, connection));
}

/** Looks at one file of a host, by its path. */
export function fileAt(
  { view }: { readonly view: ViewDirectory },
  path: string,
): Promise<Sight<Image | null>> {
  return view(dirname(path), (directory) => directory.file(basename(path)));
}

/** The same; `null` also where it can't be seen. */
export async function imageAt(side: { readonly view: ViewDirectory }, path: string): Promise<Image | null> {
  const sight = await fileAt(side, path);
  return sight.kind === 'seen' ? sight.value : null;
}

/** A volume of a pool; `null` if there is none of that name. */
export async function volumeIn(
  pool: StoragePoolRef,
  name: string,
  connection: Connection,
): Promise<StorageVolRef | null> {
  try {
    return (await connection.storageVolLookupByName({ pool, name })).vol;
  } catch (error) {
    if (isRemote(error, ErrorNumber.noStorageVol)) return null;
    throw error;
  }
}
