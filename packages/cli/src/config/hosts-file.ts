import { readFile } from 'node:fs/promises';
import type { HostRef } from '@virt-ferry/engine';
import { parseSshTarget, SSH_TARGET_RULE } from '@virt-ferry/engine/ssh-target';
import { parseUri } from '@virt-ferry/libvirt';
import { messageOf } from '@virt-ferry/libvirt/errors';
import type { Document, ParsedNode } from 'yaml';
import { UsageError } from '../errors.ts';

const HOST_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const NAME_RULE = 'a host name of letters, digits, dots, - and _ that begins with a letter or a digit';

/** A hosts file that could be read: its hosts, and the YAML they stand in, comments and all. */
interface HostsFile {
  readonly hosts: HostRef[];
  readonly document: Document.Parsed;
}

/** The hosts that the user has named, in the order of the file; none if there is no file. */
export async function readHosts(path: string): Promise<HostRef[]> {
  return (await readHostsFile(path))?.hosts ?? [];
}

/** `null` where there is no file; YAML is not even loaded then. */
export async function readHostsFile(path: string): Promise<HostsFile | null> {
  const text = await readText(path);
  if (text === null) return null;
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const notYaml = (why = '') =>
    new UsageError(`${path} is not YAML: ${why.split('\n')[0]?.replace(/:$/, '')}`);
  const [broken] = document.errors;
  if (broken) throw notYaml(broken.message);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    throw notYaml(messageOf(error));
  }
  const read = parseHosts(value);
  if (Array.isArray(read)) return { hosts: read, document };
  const node = document.getIn(read.place, true) as Partial<ParsedNode> | undefined;
  const line = node?.range ? `, line ${lines.linePos(node.range[0]).line}` : '';
  const place = read.place.length === 0 ? 'the top' : read.place.join('.');
  throw new UsageError(`${path}${line}, at ${place}: expected ${read.expected}`);
}

/** What a hosts file should have held, and where. */
interface Misfit {
  readonly place: readonly string[];
  readonly expected: string;
}

/** Reads the file's shape by hand: a schema library takes longer to load than `ferry list` may take (docs/adr/0002). */
function parseHosts(value: unknown): HostRef[] | Misfit {
  const top = mapping(value ?? {});
  const stranger = Object.keys(top ?? {}).find((key) => key !== 'hosts');
  if (!top || stranger !== undefined)
    return { place: stranger === undefined ? [] : [stranger], expected: 'hosts: and nothing else' };
  const hosts = mapping(top.hosts ?? {});
  if (!hosts) return { place: ['hosts'], expected: 'NAME: URI on each line' };
  const read: HostRef[] = [];
  for (const [name, host] of Object.entries(hosts)) {
    const ref = parseHost(name, host);
    if ('expected' in ref) return ref;
    read.push(ref);
  }
  return read;
}

function parseHost(name: string, host: unknown): HostRef | Misfit {
  const misfit = (expected: string): Misfit => ({ place: ['hosts', name], expected });
  if (!HOST_NAME.test(name)) return misfit(NAME_RULE);
  const fields = typeof host === 'string' ? { uri: host } : (mapping(host) ?? {});
  const { uri, migrationAddress, peerUri, ssh, ...rest } = fields;
  if (typeof uri !== 'string' || Object.keys(rest).length > 0)
    return misfit('a libvirt URI, or uri: and perhaps migrationAddress:, peerUri: and ssh:');
  if (!isTextOrMissing(migrationAddress)) return misfit('migrationAddress: to be a name or an address');
  if (!isTextOrMissing(peerUri)) return misfit('peerUri: to be a libvirt URI');
  if (ssh !== undefined && (typeof ssh !== 'string' || parseSshTarget(ssh) === null))
    return misfit(`ssh: to be ${SSH_TARGET_RULE}`);
  try {
    for (const one of [uri, peerUri]) if (one !== undefined) parseUri(one);
  } catch (error) {
    return misfit(`a libvirt URI; ${messageOf(error)}`);
  }
  return {
    name,
    uri,
    ...(migrationAddress === undefined ? {} : { migrationAddress }),
    ...(peerUri === undefined ? {} : { peerUri }),
    ...(ssh === undefined ? {} : { ssh }),
  };
}

function isTextOrMissing(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value !== '');
}

function mapping(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** Throws a UsageError, or the URI's own error, where a host can't be added as it is. */
export function checkHost({ name, uri, peerUri, ssh }: HostRef): void {
  if (!HOST_NAME.test(name)) throw new UsageError(`bad host name ${name}: expected ${NAME_RULE}`);
  parseUri(uri);
  if (peerUri !== undefined) parseUri(peerUri);
  if (ssh !== undefined && parseSshTarget(ssh) === null)
    throw new UsageError(`bad ssh target ${ssh}: expected ${SSH_TARGET_RULE}`);
}

export function unknownHost(name: string, hosts: readonly HostRef[]): UsageError {
  const known =
    hosts.length > 0 ? `known are ${hosts.map((host) => host.name).join(', ')}` : 'no hosts are known';
  return new UsageError(
    `unknown host ${name}: ${known}; add one with: ferry hosts add NAME URI, or give a libvirt URI`,
  );
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`);
  }
}
