import type { Changes, Commit, Mapping, MoveRequest, ProbeRequest } from '@virt-ferry/engine';
import { UsageError } from '../errors.ts';
import { parseRateBytesPerS } from '../units/rate.ts';
import type { Route, RouteOptions } from './route.ts';
import { parseSteering, type SteeringOptions } from './steering-options.ts';

export interface MoveOptions extends RouteOptions, ChangeOptions, SteeringOptions {
  readonly keepSourceDefinition?: boolean;
  readonly transient?: boolean;
  readonly probe: string;
  readonly p2p?: boolean;
  readonly tls?: boolean;
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
  '--allow-compression': ({ allowCompression }: MoveOptions) => allowCompression === true,
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
  const { diskBandwidth } = options;
  if (options.offline) refuseLiveOnly(options);
  return {
    ...parseSteering(options),
    diskBandwidthBytesPerS:
      diskBandwidth === undefined ? null : parseRateBytesPerS(diskBandwidth, '--disk-bandwidth'),
    synchronousWrites: options.synchronousWrites ?? false,
    sourceDefinition: options.keepSourceDefinition ? 'keep' : 'remove',
    destinationDefinition: options.transient ? 'transient' : 'persistent',
    probe: parseProbe(options.probe),
    drive: options.p2p ? 'p2p' : 'direct',
    tls: options.tls ?? false,
    commit: options.commit,
    copyStorage: options.copyStorage,
    sourceDisks: options.sourceDisks,
    changes: parseChanges(options),
    ...(options.offline ? { offline: true } : {}),
  };
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
