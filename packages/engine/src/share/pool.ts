import { type Connection, ErrorNumber, isRemote, type StoragePoolRef } from '@virt-ferry/libvirt';
import { attributeAt, parseXml, textAt } from '../inventory/xml.ts';
import { escapeXml } from '../storage/pool-xml.ts';
import type { Answer } from './host.ts';
import type { Thing } from './model.ts';

/** `VIR_STORAGE_POOL_RUNNING`. */
const RUNNING = 2;

/** `['pool', name, address, path, target, version]`, and `['nopool', …]` of the same values. */
export function isPool([word]: Thing): boolean {
  return word === 'pool' || word === 'nopool';
}

/** A pool that mounts a directory of another host (formatstorage.html); `protocol` since libvirt 5.1. */
function netfsXml([, name = '', address = '', path = '', target = '', version = '']: Thing): string {
  const source = `<host name="${escapeXml(address)}"/><dir path="${escapeXml(path)}"/><format type="nfs"/><protocol ver="${escapeXml(version)}"/>`;
  return `<pool type="netfs"><name>${escapeXml(name)}</name><source>${source}</source><target><path>${escapeXml(target)}</path></target></pool>`;
}

/** Whether a pool of that name runs, starts with its host, and mounts what it should. */
export async function isPoolSo(thing: Thing, connection: Connection): Promise<Answer> {
  const [word, name = ''] = thing;
  const pool = await find(name, connection);
  if (pool === null || word === 'nopool') return { isSo: pool === null && word === 'nopool', lines: [] };
  if (!(await mountsThat(pool, thing, connection))) return another(name);
  const [{ state }, { autostart }] = await Promise.all([
    connection.storagePoolGetInfo({ pool }),
    connection.storagePoolGetAutostart({ pool }),
  ]);
  return { isSo: state === RUNNING && autostart, lines: [] };
}

export async function makePoolSo(thing: Thing, connection: Connection): Promise<Answer> {
  const [word, name = ''] = thing;
  const there = await find(name, connection);
  const isOurs = there === null || (await mountsThat(there, thing, connection));
  if (word === 'nopool') {
    if (!isOurs) return { isSo: true, lines: ['kept it is another pool'] };
    if (there !== null) await removePool(there, connection);
    return { isSo: true, lines: [] };
  }
  if (!isOurs) return another(name);
  const pool = there ?? (await connection.storagePoolDefineXml({ xml: netfsXml(thing), flags: 0 })).pool;
  const { state } = await connection.storagePoolGetInfo({ pool });
  if (state !== RUNNING) await connection.storagePoolCreate({ pool, flags: 0 });
  await connection.storagePoolSetAutostart({ pool, autostart: true });
  return isPoolSo(thing, connection);
}

async function mountsThat(
  pool: StoragePoolRef,
  [, name = '', address, path, target]: Thing,
  connection: Connection,
): Promise<boolean> {
  const root = parseXml((await connection.storagePoolGetXmlDesc({ pool, flags: 0 })).xml, `pool ${name}`);
  return (
    attributeAt(root, 'source/host', 'name') === address &&
    attributeAt(root, 'source/dir', 'path') === path &&
    textAt(root, 'target/path') === target
  );
}

function another(name: string): Answer {
  return { isSo: false, lines: [`there is another pool ${name} already`] };
}

/** It unmounts as it stops, which fails while anything uses it; then it stays. */
async function removePool(pool: StoragePoolRef, connection: Connection): Promise<void> {
  const { state } = await connection.storagePoolGetInfo({ pool });
  if (state === RUNNING) await connection.storagePoolDestroy({ pool });
  await connection.storagePoolUndefine({ pool });
}

async function find(name: string, connection: Connection): Promise<StoragePoolRef | null> {
  try {
    return (await connection.storagePoolLookupByName({ name })).pool;
  } catch (error) {
    if (isRemote(error, ErrorNumber.noStoragePool)) return null;
    throw error;
  }
}
