import type { HostRef } from '@virt-ferry/engine';
import { parseUri } from '@virt-ferry/libvirt';
import { readHosts, unknownHost } from './hosts-file.ts';
import { hostsPath } from './paths.ts';

/** This machine. */
export const LOCAL: HostRef = { name: 'localhost', uri: 'qemu:///system' };

/** The hosts to look at when none is named: those of the hosts file, or this machine. */
export async function knownHosts(env: NodeJS.ProcessEnv): Promise<HostRef[]> {
  const hosts = await readHosts(hostsPath(env));
  return hosts.length > 0 ? hosts : [LOCAL];
}

/** A host from what the user wrote: a name of the hosts file, or a libvirt URI. */
export async function resolveHost(text: string, env: NodeJS.ProcessEnv): Promise<HostRef> {
  const hosts = await readHosts(hostsPath(env));
  const known = hosts.find(({ name, uri }) => name === text || uri === text);
  if (known) return known;
  if (!text.includes('://')) throw unknownHost(text, hosts);
  return { name: nameOf(text), uri: text };
}

/** Two sockets of one machine are two daemons, and shall not look the same. */
function nameOf(uri: string): string {
  const target = parseUri(uri);
  if (target.transport !== 'unix') return target.host;
  return uri.includes('socket=') ? uri : LOCAL.name;
}
