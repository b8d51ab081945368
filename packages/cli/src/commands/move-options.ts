import {
  findDomain,
  type HostRef,
  type MoveRequest,
  type ProbeRequest,
  type RealEnv,
} from '@virt-ferry/engine';
import { knownHosts, resolveHost } from '../config/hosts.ts';
import { UsageError } from '../errors.ts';
import { parseDurationMs } from '../units/duration.ts';
import { parseRateBytesPerS } from '../units/rate.ts';

/** Where a domain is to go from and to, as the user says it. */
export interface RouteOptions {
  readonly to: string;
  readonly from?: string;
}

export interface MoveOptions extends RouteOptions {
  readonly maxDowntime?: string;
  readonly bandwidth?: string;
  readonly deadline?: string;
  readonly keepSourceDefinition?: boolean;
  readonly transient?: boolean;
  readonly probe: string;
}

/** Finds both hosts; the source by looking for the domain where none is named. */
export async function resolveRoute(
  domain: string,
  { to, from }: RouteOptions,
  env: NodeJS.ProcessEnv,
  engine: RealEnv,
) {
  const destination = await resolveHost(to, env);
  const source =
    from === undefined ? await findSource(domain, destination, env, engine) : await resolveHost(from, env);
  return { domain, source, destination };
}

/** A domain that is only on the destination is found there too, so that the refusal can say so. */
async function findSource(
  domain: string,
  destination: HostRef,
  env: NodeJS.ProcessEnv,
  engine: RealEnv,
): Promise<HostRef> {
  const hosts = await knownHosts(env);
  const others = hosts.filter(({ uri }) => uri !== destination.uri);
  return findDomain(domain, others.length > 0 ? hosts : [...others, destination], engine);
}

/** Reads the options of a move. Everything is understood before anything is touched. */
export function parseMoveOptions(
  options: MoveOptions,
): Omit<MoveRequest, 'domain' | 'source' | 'destination'> {
  const { maxDowntime, bandwidth, deadline } = options;
  return {
    maxDowntimeMs:
      maxDowntime === undefined ? null : Math.ceil(parseDurationMs(maxDowntime, '--max-downtime')),
    bandwidthBytesPerS: bandwidth === undefined ? null : parseRateBytesPerS(bandwidth, '--bandwidth'),
    deadlineMs: deadline === undefined ? null : parseDurationMs(deadline, '--deadline'),
    sourceDefinition: options.keepSourceDefinition ? 'keep' : 'remove',
    destinationDefinition: options.transient ? 'transient' : 'persistent',
    probe: parseProbe(options.probe),
  };
}

/** `none`, `ping`, `ping:ADDRESS`, `tcp:PORT`, `tcp:ADDRESS:PORT`; an IPv6 address for tcp in brackets. */
export function parseProbe(text: string): ProbeRequest {
  if (text === 'none') return { kind: 'none' };
  const ping = /^ping(?::(.+))?$/.exec(text);
  if (ping) return { kind: 'ping', address: ping[1] ?? null };
  const tcp = /^tcp:(?:(\[[^\]]+\]|[^:]+):)?(\d+)$/.exec(text);
  const port = Number(tcp?.[2]);
  if (tcp && port >= 1 && port <= 65_535) {
    return { kind: 'tcp', address: tcp[1]?.replace(/^\[(.*)\]$/, '$1') ?? null, port };
  }
  throw new UsageError(`bad probe ${text}: expected ping[:ADDRESS], tcp:[ADDRESS:]PORT or none`);
}
