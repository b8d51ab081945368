import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostRef } from '@virt-ferry/engine';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { isMap, parseDocument } from 'yaml';
import { UsageError } from '../errors.ts';
import { checkHost, readHostsFile, unknownHost } from './hosts-file.ts';

/** Adds or replaces a host; what else is in the file, comments too, stays. */
export async function addHost(path: string, host: HostRef): Promise<'added' | 'replaced'> {
  checkHost(host);
  const { name, uri, migrationAddress, peerUri, ssh } = host;
  const file = await readHostsFile(path);
  const document = file?.document ?? parseDocument('{}');
  const more = {
    ...(migrationAddress === undefined ? {} : { migrationAddress }),
    ...(peerUri === undefined ? {} : { peerUri }),
    ...(ssh === undefined ? {} : { ssh }),
  };
  const value = Object.keys(more).length === 0 ? uri : { uri, ...more };
  // An empty `hosts:` has no mapping to add to; one in braces would keep them and grow on one line.
  if (isMap(document.get('hosts'))) document.setIn(['hosts', name], value);
  else document.set('hosts', document.createNode({ [name]: value }));
  for (const map of [document.contents, document.get('hosts')]) if (isMap(map)) map.flow = false;
  await replace(path, document.toString());
  return file?.hosts.some((known) => known.name === name) ? 'replaced' : 'added';
}

export async function removeHost(path: string, name: string): Promise<void> {
  const file = await readHostsFile(path);
  if (!file?.hosts.some((host) => host.name === name)) throw unknownHost(name, file?.hosts ?? []);
  file.document.deleteIn(['hosts', name]);
  await replace(path, file.document.toString());
}

/** Whoever reads the file at any moment sees the old one or the new one, whole. A link to it stays a link. */
async function replace(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const target = await realpath(path).catch((error) => ifMissing(error, path));
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      (error) => ifMissing(error, 0o600),
    );
    const next = `${target}.${process.pid}.new`;
    try {
      await writeFile(next, text, { mode, flush: true });
      await rename(next, target);
    } finally {
      await rm(next, { force: true });
    }
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`);
  }
}

function ifMissing<T>(error: unknown, instead: T): T {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead;
  throw error;
}
