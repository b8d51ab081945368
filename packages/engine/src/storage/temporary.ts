import type { Connection, StoragePoolRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';

/** A pool that is older than this was left by a crash. */
const STALE_MS = 10 * 60_000;

/** A name for a pool that is there for a moment: it tells when it was made, and no other has it. */
export function temporaryName(prefix: string, env: Env): string {
  return `${prefix}${env.nowMs()}-${env.newId()}`;
}

/** Removes the pools of that prefix that a Ferry left which was killed meanwhile. */
export async function removeStale(
  prefix: string,
  connection: Connection,
  env: Env,
  remove: (pool: StoragePoolRef) => Promise<void>,
): Promise<void> {
  const { pools } = await connection.connectListAllStoragePools({ needResults: true, flags: 0 });
  for (const pool of pools) {
    if (!pool.name.startsWith(prefix)) continue;
    const madeAtMs = Number(pool.name.slice(prefix.length).split('-')[0]);
    if (env.nowMs() - madeAtMs > STALE_MS) await remove(pool);
  }
}
