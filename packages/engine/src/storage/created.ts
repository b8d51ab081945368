import { type Connection, ErrorNumber, isRemote } from '@virt-ferry/libvirt';
import type { Created } from '../recover/record.ts';

/** Removes what a move made on a host. That it is gone already is no error. */
export async function removeCreated(created: Created, connection: Connection): Promise<void> {
  try {
    const poolName = created.kind === 'pool' ? created.name : created.pool;
    const { pool } = await connection.storagePoolLookupByName({ name: poolName });
    if (created.kind === 'pool') {
      // It has no definition, so that is its end; what lies in its directory stays.
      await connection.storagePoolDestroy({ pool });
      return;
    }
    await connection.storagePoolRefresh({ pool, flags: 0 });
    const { vol } = await connection.storageVolLookupByName({ pool, name: created.name });
    await connection.storageVolDelete({ vol, flags: 0 });
  } catch (error) {
    if (!isRemote(error, ErrorNumber.noStoragePool) && !isRemote(error, ErrorNumber.noStorageVol))
      throw error;
  }
}
