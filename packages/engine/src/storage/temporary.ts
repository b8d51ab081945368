import { createHash } from 'node:crypto';
import type { Connection, StoragePoolRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { Holder } from '../journal/journal.ts';

type Naming = Pick<Env, 'nowMs' | 'newId' | 'holder'>;

/** Whose process is not known to be gone may go on with a pool for so long. */
const STALE_MS = 10 * 60_000;

/** What is in use in this process just now. */
const inUse = new Set<string>();

/** A name for a pool that is there for a moment: it tells when it was made, and by which process; no other has it. */
export function temporaryName(prefix: string, env: Naming): string {
  const name = `${prefix}${env.nowMs()}-${tagOf(env.holder)}-${env.newId()}`;
  inUse.add(name);
  return name;
}

/** The pool of that name is gone, or nobody can get at it any more. */
export function endTemporary(name: string): void {
  inUse.delete(name);
}

/** Removes the pools of that prefix that a Ferry left which was killed meanwhile, or has lost its connection. */
export async function removeStale(
  prefix: string,
  connection: Connection,
  env: Naming,
  remove: (pool: StoragePoolRef) => Promise<void>,
): Promise<void> {
  await removeWhere(prefix, connection, remove, (name) => {
    const [madeAtMs = '', tag] = name.slice(prefix.length).split('-');
    const isOwn = tag === tagOf(env.holder);
    return isOwn ? !inUse.has(name) : env.nowMs() - Number(madeAtMs) > STALE_MS;
  });
}

/** Removes what a process left that is known to be gone. */
export async function removeLeftBy(
  holder: Holder,
  prefix: string,
  connection: Connection,
  remove: (pool: StoragePoolRef) => Promise<void>,
): Promise<void> {
  await removeWhere(
    prefix,
    connection,
    remove,
    (name) => name.slice(prefix.length).split('-')[1] === tagOf(holder) && !inUse.has(name),
  );
}

async function removeWhere(
  prefix: string,
  connection: Connection,
  remove: (pool: StoragePoolRef) => Promise<void>,
  isLeft: (name: string) => boolean,
): Promise<void> {
  const { pools } = await connection.connectListAllStoragePools({ needResults: true, flags: 0 });
  for (const pool of pools) if (pool.name.startsWith(prefix) && isLeft(pool.name)) await remove(pool);
}

/** A process in eight letters. */
function tagOf(holder: Holder): string {
  return createHash('sha256').update(JSON.stringify(holder)).digest('hex').slice(0, 8);
}
