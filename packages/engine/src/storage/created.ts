import { basename, dirname } from 'node:path';
import { type Connection, ErrorNumber, isRemote, type StoragePoolRef } from '@virt-ferry/libvirt';
import { poolXml } from './pool-xml.ts';

/** Something that a move made on the destination and that is still there as far as the journal knows. */
export type Created =
  | { readonly kind: 'volume'; readonly pool: string; readonly name: string; readonly path: string }
  | { readonly kind: 'pool'; readonly name: string };

/** Removes what a move made on a host. That it is gone already is no error. */
export function removeCreated(created: Created, connection: Connection): Promise<void> {
  return created.kind === 'pool' ? endPool(created.name, connection) : deleteFile(created.path, connection);
}

/** A pool that Ferry made for a while has no definition, so this is its end; what lies in its directory stays. */
export async function endPool(name: string, connection: Connection): Promise<void> {
  try {
    const { pool } = await connection.storagePoolLookupByName({ name });
    await connection.storagePoolDestroy({ pool });
  } catch (error) {
    if (!isRemote(error, ErrorNumber.noStoragePool)) throw error;
  }
}

/** Deletes a file through a pool of its directory. That it is gone already is no error. */
export async function deleteFile(path: string, connection: Connection): Promise<void> {
  const [directory, name] = [dirname(path), basename(path)];
  // The pool it was made in may have been that of another move, which is over.
  const made = `ferry-removes-${name}`;
  const existing = await poolAt(directory, connection);
  const pool =
    existing ?? (await connection.storagePoolCreateXml({ xml: poolXml(made, directory), flags: 0 })).pool;
  try {
    await connection.storagePoolRefresh({ pool, flags: 0 });
    const { vol } = await connection.storageVolLookupByName({ pool, name });
    await connection.storageVolDelete({ vol, flags: 0 });
  } catch (error) {
    if (!isRemote(error, ErrorNumber.noStorageVol)) throw error;
  } finally {
    if (pool.name === made) await endPool(made, connection);
  }
}

/** The active pool of a directory; `null` if there is none. */
export async function poolAt(path: string, connection: Connection): Promise<StoragePoolRef | null> {
  try {
    return (await connection.storagePoolLookupByTargetPath({ path })).pool;
  } catch (error) {
    if (isRemote(error, ErrorNumber.noStoragePool)) return null;
    throw error;
  }
}
