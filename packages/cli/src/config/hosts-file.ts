import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostRef } from '@virt-ferry/engine';
import { parseUri } from '@virt-ferry/libvirt';
import { Document, parseDocument } from 'yaml';
import { UsageError } from '../errors.ts';

const HOST_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** The hosts that the user has named, in the order of the file; none if there is no file. */
export async function readHosts(path: string): Promise<HostRef[]> {
  const text = await readText(path);
  if (text === null) return [];
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) throw new UsageError(`${path} is not YAML: ${broken.message.split('\n')[0]}`);
  return parseHosts(document.toJS(), path);
}

/**
 * Reads the file's shape by hand: a schema library takes longer to load than `ferry list` may take (docs/adr/0002).
 * Every error names the file and the place in it.
 */
function parseHosts(value: unknown, path: string): HostRef[] {
  const bad = (place: string, expected: string) =>
    new UsageError(`${path}: at ${place}: expected ${expected}`);
  const top = mapping(value ?? {});
  const [stranger] = Object.keys(top ?? {}).filter((key) => key !== 'hosts');
  if (!top || stranger !== undefined) throw bad(stranger ?? 'the top', 'hosts: and nothing else');
  const hosts = mapping(top.hosts ?? {});
  if (!hosts) throw bad('hosts', 'NAME: URI on each line');
  return Object.entries(hosts).map(([name, host]) => {
    const place = `hosts.${name}`;
    if (!HOST_NAME.test(name)) throw bad(place, 'a host name of letters, digits, dots, - and _');
    const { uri, migrationAddress, ...rest } =
      typeof host === 'string' ? { uri: host } : (mapping(host) ?? {});
    if (typeof uri !== 'string' || Object.keys(rest).length > 0)
      throw bad(place, 'a libvirt URI, or uri: and migrationAddress:');
    if (migrationAddress !== undefined && typeof migrationAddress !== 'string')
      throw bad(place, 'migrationAddress: to be a name or address');
    try {
      parseUri(uri);
    } catch (error) {
      throw bad(place, `a libvirt URI; ${error instanceof Error ? error.message : String(error)}`);
    }
    return migrationAddress === undefined ? { name, uri } : { name, uri, migrationAddress };
  });
}

function mapping(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** Adds or replaces a host; what else is in the file, comments too, stays. */
export async function addHost(
  path: string,
  { name, uri: address, migrationAddress }: HostRef,
): Promise<void> {
  if (!HOST_NAME.test(name))
    throw new UsageError(`bad host name ${name}: a host name has letters, digits, dots, - and _`);
  parseUri(address);
  await readHosts(path);
  const document = parseDocument((await readText(path)) ?? 'hosts: {}\n');
  if (document.contents === null)
    document.contents = new Document({ hosts: {} }).contents as typeof document.contents;
  document.setIn(
    ['hosts', name],
    migrationAddress === undefined ? address : { uri: address, migrationAddress },
  );
  await replace(path, blockStyle(document).toString());
}

export async function removeHost(path: string, name: string): Promise<void> {
  const hosts = await readHosts(path);
  if (!hosts.some((host) => host.name === name)) throw unknownHost(name, hosts);
  const document = parseDocument((await readText(path)) ?? '');
  document.deleteIn(['hosts', name]);
  await replace(path, document.toString());
}

export function unknownHost(name: string, hosts: readonly HostRef[]): UsageError {
  const known =
    hosts.length > 0 ? `known are ${hosts.map((host) => host.name).join(', ')}` : 'no hosts are known';
  return new UsageError(
    `unknown host ${name}: ${known}; add one with: ferry hosts add NAME URI, or give a libvirt URI`,
  );
}

/** `hosts: {}` would keep its braces and grow on one line. */
function blockStyle<T extends ReturnType<typeof parseDocument>>(document: T): T {
  const hosts = document.get('hosts');
  if (typeof hosts === 'object' && hosts !== null && 'flow' in hosts) hosts.flow = false;
  return document;
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whoever reads the file at any moment sees the old one or the new one, whole. */
async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const next = `${path}.${process.pid}.new`;
  await writeFile(next, text, { mode: 0o600 });
  await rename(next, path);
}
