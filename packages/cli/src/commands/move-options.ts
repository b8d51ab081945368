import type { Changes, Commit, Mapping, Method, MoveRequest, ProbeRequest } from '@virt-ferry/engine';
import { UsageError } from '../errors.ts';
import { parseDurationMs } from '../units/duration.ts';
import { parseMaxDowntimeMs } from '../units/max-downtime.ts';
import { parsePercent } from '../units/percent.ts';
import { parseRateBytesPerS } from '../units/rate.ts';
import type { Route, RouteOptions } from './route.ts';

export interface MoveOptions extends RouteOptions, ChangeOptions {
  readonly maxDowntime?: string;
  readonly bandwidth?: string;
  readonly deadline?: string;
  readonly maxSlowdown?: string;
  readonly explain?: boolean;
  readonly keepSourceDefinition?: boolean;
  readonly transient?: boolean;
  readonly probe: string;
  readonly p2p?: boolean;
  readonly tls?: boolean;
  readonly method: Method;
  readonly allowPostCopy?: boolean;
  readonly commit: Commit;
  readonly copyStorage: MoveRequest['copyStorage'];
  readonly sourceDisks: MoveRequest['sourceDisks'];
  readonly diskBandwidth?: string;
  readonly synchronousWrites?: boolean;
  readonly offline?: boolean;
}

/** What has another name on the destination. */
export interface ChangeOptions {
  readonly mapPath?: readonly string[];
  readonly mapNetwork?: readonly string[];
  readonly mapBridge?: readonly string[];
  readonly pool?: string;
}

/** What only a running guest has. */
const LIVE_ONLY = {
  '--p2p': ({ p2p }: MoveOptions) => p2p === true,
  '--method post-copy': ({ method }: MoveOptions) => method === 'post-copy',
  '--allow-post-copy': ({ allowPostCopy }: MoveOptions) => allowPostCopy === true,
  '--commit finish': ({ commit }: MoveOptions) => commit === 'finish',
  '--max-downtime': ({ maxDowntime }: MoveOptions) => maxDowntime !== undefined,
  '--max-slowdown': ({ maxSlowdown }: MoveOptions) => maxSlowdown !== undefined,
  '--transient': ({ transient }: MoveOptions) => transient === true,
  '--copy-storage': ({ copyStorage }: MoveOptions) => copyStorage !== 'auto',
} as const;

function refuseLiveOnly(options: MoveOptions): void {
  for (const [name, isGiven] of Object.entries(LIVE_ONLY)) {
    if (!isGiven(options)) continue;
    throw new UsageError(
      `--offline moves a VM that is shut off, with its disks as they are: leave out ${name}`,
    );
  }
}

/** Reads the options of a move. Everything is understood before anything is touched. */
export function parseMoveOptions(options: MoveOptions): Omit<MoveRequest, keyof Route> {
  const { maxDowntime, bandwidth, diskBandwidth, deadline } = options;
  if (options.offline) refuseLiveOnly(options);
  return {
    maxDowntimeMs: maxDowntime === undefined ? null : parseMaxDowntimeMs(maxDowntime),
    bandwidthBytesPerS: bandwidth === undefined ? null : parseRateBytesPerS(bandwidth, '--bandwidth'),
    diskBandwidthBytesPerS:
      diskBandwidth === undefined ? null : parseRateBytesPerS(diskBandwidth, '--disk-bandwidth'),
    synchronousWrites: options.synchronousWrites ?? false,
    deadlineMs: deadline === undefined ? null : parseDurationMs(deadline, '--deadline'),
    ...leastShare(options),
    sourceDefinition: options.keepSourceDefinition ? 'keep' : 'remove',
    destinationDefinition: options.transient ? 'transient' : 'persistent',
    probe: parseProbe(options.probe),
    drive: options.p2p ? 'p2p' : 'direct',
    ...methodOf(options),
    tls: options.tls ?? false,
    commit: options.commit,
    copyStorage: options.copyStorage,
    sourceDisks: options.sourceDisks,
    changes: parseChanges(options),
    ...(options.offline ? { offline: true } : {}),
  };
}

/** Post-copy that is only allowed begins when it is needed. */
export function methodOf({
  method,
  allowPostCopy,
}: Pick<MoveOptions, 'method' | 'allowPostCopy'>): Pick<MoveRequest, 'method' | 'postCopy'> {
  return allowPostCopy && method === 'pre-copy'
    ? { method: 'post-copy', postCopy: 'when-needed' }
    : { method };
}

/** What `--max-slowdown` leaves to the guest; nothing where it isn't given. */
export function leastShare({
  maxSlowdown,
}: Pick<MoveOptions, 'maxSlowdown'>): Pick<MoveRequest, 'leastShare'> {
  return maxSlowdown === undefined ? {} : { leastShare: 1 - parsePercent(maxSlowdown, '--max-slowdown') };
}

/** `undefined` where nothing has another name. Throws a UsageError where a mapping can't be understood. */
export function parseChanges({ mapPath, mapNetwork, mapBridge, pool }: ChangeOptions): Changes | undefined {
  const changes = {
    paths: mappings(mapPath, '--map-path').map(({ from, to }) => ({
      from: directory(from),
      to: directory(to),
    })),
    networks: mappings(mapNetwork, '--map-network'),
    bridges: mappings(mapBridge, '--map-bridge'),
    pool: pool ?? null,
  };
  const { paths, networks, bridges } = changes;
  return paths.length + networks.length + bridges.length > 0 || pool !== undefined ? changes : undefined;
}

function mappings(texts: readonly string[] = [], option: string): Mapping[] {
  return texts.map((text) => {
    const [, from, to] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
    if (from === undefined || to === undefined)
      throw new UsageError(`bad ${option} ${text}: expected OLD=NEW`);
    return { from, to };
  });
}

function directory(path: string): string {
  if (!path.startsWith('/'))
    throw new UsageError(`bad --map-path ${path}: expected a path that begins with /`);
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

/** `none`, `ping`, `ping:ADDRESS`, `tcp:PORT`, `tcp:ADDRESS:PORT`; an IPv6 address for tcp in brackets. */
function parseProbe(text: string): ProbeRequest {
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
