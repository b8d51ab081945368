import { type Connection, isRemote, type StoragePoolRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { Holder } from '../journal/journal.ts';
import { poolXml } from './pool-xml.ts';
import { endTemporary, removeLeftBy, removeStale, temporaryName } from './temporary.ts';

/** Whether two hosts see the same bytes, and what showed it. */
export interface SharedProof {
  readonly result: 'shared' | 'local' | 'unproven';
  readonly evidence: string;
}

const PREFIX = '.ferry-probe-';
/** Over NFS root of the destination is somebody else (root_squash), who must be able to open the empty directory. */
const OPEN_TO_ALL = '0755';

/**
 * Proves that a directory is the same on two hosts: the source makes a sub-directory with a name that exists nowhere
 * else, and the destination looks whether it is there. Both do it through libvirt's storage API, as a pool of type
 * `dir`, so it needs no shell and works over every transport. Until the directory is removed again its definition
 * stands on the source, and a crash leaves nothing that the next probe doesn't find and remove.
 */
export async function proveSharedDirectory(
  { directory, there }: { readonly directory: string; readonly there: string },
  source: Connection,
  destination: Connection,
  env: Env,
): Promise<SharedProof> {
  await removeStale(PREFIX, source, env, (pool) => removeProbe(source, pool));
  const name = temporaryName(PREFIX, env);
  const xml = poolXml(name, `${directory}/${name}`, OPEN_TO_ALL);
  const { pool } = await source.storagePoolDefineXml({ xml, flags: 0 }).catch((error: unknown) => {
    endTemporary(name);
    throw error;
  });
  try {
    await source.storagePoolBuild({ pool, flags: 0 });
    return await lookFor(name, poolXml(name, `${there}/${name}`), destination);
  } catch (error) {
    if (!isRemote(error)) throw error;
    return { result: 'unproven', evidence: `no probe could be made there: ${error.message}` };
  } finally {
    await removeProbe(source, pool).finally(() => endTemporary(name));
  }
}

/** A `dir` pool starts only where its directory is. */
async function lookFor(name: string, xml: string, destination: Connection): Promise<SharedProof> {
  try {
    const { pool } = await destination.storagePoolCreateXml({ xml, flags: 0 });
    await destination.storagePoolDestroy({ pool });
    return { result: 'shared', evidence: `the destination sees ${name}, which the source made` };
  } catch (error) {
    if (!isRemote(error)) throw error;
    return {
      result: 'local',
      evidence: `the destination does not see ${name}, which the source made: ${error.message}`,
    };
  }
}

/** Removes what a process has left that probed from this host. */
export function removeProbes(holder: Holder, source: Connection): Promise<void> {
  return removeLeftBy(holder, PREFIX, source, (pool) => removeProbe(source, pool));
}

async function removeProbe(source: Connection, pool: StoragePoolRef): Promise<void> {
  const steps = [
    // Where it was looked for it runs, and is gone with that.
    () => source.storagePoolDestroy({ pool }),
    // The directory may never have been made.
    () => source.storagePoolDelete({ pool, flags: 0 }),
    () => source.storagePoolUndefine({ pool }),
  ];
  for (const step of steps) {
    await step().catch((error: unknown) => {
      if (!isRemote(error)) throw error;
    });
  }
}
