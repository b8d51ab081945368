import type { Side } from '../preflight/check.ts';
import { poolXml } from './pool-xml.ts';

/** Makes a directory, by way of a pool that is only there for that; says what was done and how to undo it. */
export async function makeDirectory(directory: string, { connection, host }: Side): Promise<string> {
  const name = `ferry-makes${directory.replaceAll('/', '-')}`;
  const { pool } = await connection.storagePoolDefineXml({ xml: poolXml(name, directory), flags: 0 });
  try {
    await connection.storagePoolBuild({ pool, flags: 0 });
  } finally {
    await connection.storagePoolUndefine({ pool });
  }
  return `made ${directory} on ${host.ref.name}; to undo it, there: rmdir ${directory}`;
}

/** Starts a pool that has a definition; says what was done and how to undo it. */
export async function startPool(name: string, { connection, host }: Side): Promise<string> {
  const { pool } = await connection.storagePoolLookupByName({ name });
  await connection.storagePoolCreate({ pool, flags: 0 });
  return `started the pool ${name} on ${host.ref.name}; to undo it, there: virsh pool-destroy ${name}`;
}
