import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostRef } from '@virt-ferry/engine';
import type { Document, LineCounter, ParsedNode } from 'yaml';
import { UsageError } from '../errors.ts';

/** A hosts file that could be read: its hosts, and the YAML they stand in, comments and all. */
interface HostsFile {
  readonly hosts: HostRef[];
  readonly document: Document.Parsed;
}

/** The hosts that the user has named, in the order of the file; none if there is no file. */
export async function readHosts(path: string): Promise<HostRef[]> {
  return (await readFileOfHosts(path))?.hosts ?? [];
}

/** Adds or replaces a host; what else is in the file, comments too, stays. */
export async function addHost(
  path: string,
  { name, uri: address, migrationAddress }: HostRef,
): Promise<'added' | 'replaced'> {
  const [{ HOST_NAME, NAME_RULE }, { parseUri }, { isMap, parseDocument }] = await Promise.all([
    import('./hosts-schema.ts'),
    import('@virt-ferry/libvirt'),
    import('yaml'),
  ]);
  if (!HOST_NAME.test(name)) throw new UsageError(`bad host name ${name}: ${NAME_RULE}`);
  parseUri(address);
  const file = await readFileOfHosts(path);
  const document = file?.document ?? parseDocument('{}');
  const value = migrationAddress === undefined ? address : { uri: address, migrationAddress };
  const hosts = document.get('hosts');
  // An empty `hosts:` has no mapping to add to. A mapping in braces would keep them and grow on one line.
  if (isMap(hosts)) document.setIn(['hosts', name], value);
  else document.set('hosts', document.createNode({ [name]: value }));
  for (const map of [document.contents, document.get('hosts')]) if (isMap(map)) map.flow = false;
  await replace(path, document.toString());
  return file?.hosts.some((host) => host.name === name) ? 'replaced' : 'added';
}

export async function removeHost(path: string, name: string): Promise<void> {
  const file = await readFileOfHosts(path);
  if (!file?.hosts.some((host) => host.name === name)) throw unknownHost(name, file?.hosts ?? []);
  file.document.deleteIn(['hosts', name]);
  await replace(path, file.document.toString());
}

export function unknownHost(name: string, hosts: readonly HostRef[]): UsageError {
  const known =
    hosts.length > 0 ? `known are ${hosts.map((host) => host.name).join(', ')}` : 'no hosts are known';
  return new UsageError(
    `unknown host ${name}: ${known}; add one with: ferry hosts add NAME URI, or give a libvirt URI`,
  );
}

/** Where there is no file, the YAML and schema libraries are not even loaded: they take as long as the rest. */
async function readFileOfHosts(path: string): Promise<HostsFile | null> {
  const text = await readText(path);
  if (text === null) return null;
  const [{ LineCounter, parseDocument }, { parseHosts }] = await Promise.all([
    import('yaml'),
    import('./hosts-schema.ts'),
  ]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken)
    throw new UsageError(`${path} is not YAML: ${broken.message.split('\n')[0]?.replace(/:$/, '')}`);
  const read = parseHosts(documentValue(document, path) ?? {});
  if ('message' in read) throw new UsageError(`${path}${place(read.path, document, lines)}: ${read.message}`);
  return { hosts: read, document };
}

function documentValue(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new UsageError(`${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `, line 3, at hosts.beta`, as far as it is known. */
function place(path: readonly (string | number)[], document: Document.Parsed, lines: LineCounter): string {
  const node = document.getIn(path, true) as Partial<ParsedNode> | undefined;
  const offset = node?.range?.[0];
  const line = offset === undefined ? '' : `, line ${lines.linePos(offset).line}`;
  return path.length === 0 ? line : `${line}, at ${path.join('.')}`;
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whoever reads the file at any moment sees the old one or the new one, whole. A link to it stays a link. */
async function replace(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const target = await realpath(path).catch((error) => orIfMissing(error, path));
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      (error) => orIfMissing(error, 0o600),
    );
    const next = `${target}.${process.pid}.new`;
    try {
      await writeFile(next, text, { mode, flush: true });
      await rename(next, target);
    } finally {
      await rm(next, { force: true });
    }
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function orIfMissing<T>(error: unknown, instead: T): T {
  if (isMissing(error)) return instead;
  throw error;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
