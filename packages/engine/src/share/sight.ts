import { isIP } from 'node:net';
import { parseUri } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import { parseSshTarget } from '../host-shell/ssh-target.ts';
import type { HostRef } from '../model.ts';
import { parseShareFacts, type ShareFacts } from './facts.ts';
import { guardsOf } from './firewall.ts';
import type { Answer, OpenShareHost, ShareHost } from './host.ts';
import type { ShareRequest } from './model.ts';
import type { ClientFacts, ShareReach, Sighted } from './plan.ts';
import { mountSteps, sourceOf } from './plan-client.ts';

/** The hosts of a share, open. */
export interface ShareHosts {
  readonly server: ShareHost;
  readonly clients: readonly ShareHost[];
  close(): Promise<void>;
}

/** Opens all of them, or none; the first that can't be opened says why. */
export async function openHosts(
  refs: readonly [HostRef, ...HostRef[]],
  open: OpenShareHost,
  env: Env,
): Promise<ShareHosts> {
  const opening = await Promise.allSettled(refs.map((ref) => open(ref, env)));
  const hosts = opening.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const close = async () => {
    await Promise.all(hosts.map((host) => host.close()));
  };
  const failed = opening.find((one) => one.status === 'rejected');
  const [server, ...clients] = hosts;
  if (failed || !server) {
    await close();
    throw failed?.reason ?? new EngineError('share', 'no host was named');
  }
  return { server, clients, close };
}

/** The host in a URI, or in the ssh target of one that is reached over a socket. */
export function addressOf(ref: HostRef): string | null {
  const target = parseUri(ref.uri);
  if (target.transport !== 'unix') return target.host;
  return ref.ssh === undefined ? null : (parseSshTarget(ref.ssh)?.host ?? null);
}

/** An address or a name, and nothing that a program could take for something else. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text);
}

/** Looks at all hosts, and changes nothing. `known`: the hosts whose mounts are Ferry's, as the journal has it. */
export async function sight(
  request: ShareRequest,
  { server, clients }: ShareHosts,
  known: ReadonlySet<string>,
): Promise<Sighted> {
  const address = request.address ?? addressOf(request.server);
  if (address !== null && !isAddress(address))
    throw new EngineError('share-request', `bad address ${address}: expected an IP address or a name`);
  const facts = await factsOf(server, request.path);
  const looks = clients.map(async (client): Promise<ClientFacts> => {
    const there = await factsOf(client, request.mount);
    const { ref } = client;
    if (address === null)
      return { ref, facts: there, source: null, zone: null, reach: 'unknown', isMountOurs: true };
    const [reach, resolved] = await Promise.all([
      reachOf(client, address),
      isIP(address) ? [address] : valuesOf(await client.look('resolve', address), 'address'),
    ]);
    const [first] = resolved;
    if (first === undefined)
      return { ref, facts: there, source: null, zone: null, reach: 'unresolved', isMountOurs: true };
    const [source = ''] = valuesOf(await client.look('towards', first), 'source');
    const isSourceKnown = isIP(source) !== 0;
    const usesZones = guardsOf(facts).some(({ kind }) => kind === 'firewalld');
    const [zone = null] =
      usesZones && isSourceKnown ? valuesOf(await server.look('towards', source), 'zone') : [];
    const isMountOurs = await mountIsOurs(client, there, request, address, known);
    return { ref, facts: there, source: isSourceKnown ? source : null, zone, reach, isMountOurs };
  });
  return { server: facts, address, clients: await Promise.all(looks) };
}

export async function factsOf(host: ShareHost, path: string): Promise<ShareFacts> {
  return parseShareFacts((await host.look('host', path)).lines);
}

async function mountIsOurs(
  client: ShareHost,
  { path }: ShareFacts,
  request: ShareRequest,
  address: string,
  known: ReadonlySet<string>,
): Promise<boolean> {
  if (path.mounted?.source !== sourceOf(address, request.path) || known.has(client.ref.name)) return true;
  const [step] = mountSteps(request, client.ref, address);
  return step !== undefined && (await client.is(step.thing)).isSo;
}

const reaches = ['open', 'refused', 'timeout', 'unreachable', 'unresolved'] as const;

/** What comes of trying the server's port for NFS from there. */
export async function reachOf(client: ShareHost, address: string): Promise<ShareReach> {
  const [said] = valuesOf(await client.try('reach', address, '2049'), 'reach');
  return reaches.find((reach) => reach === said) ?? 'unknown';
}

/** What follows a word in the lines of an answer. */
export function valuesOf({ lines }: Answer, word: string): string[] {
  return lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
}
