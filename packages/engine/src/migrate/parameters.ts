import { MigrateFlag, param, parseUri, type TypedParam } from '@virt-ferry/libvirt';
import type { Domain, HostRef, MoveRequest, Strategy } from '../model.ts';
import type { StoragePlan } from '../storage/plan.ts';
import { AS_IT_IS } from '../strategy/strategy.ts';
import type { Descriptions } from '../translate/read.ts';
import { mibPerS } from './bandwidth.ts';

/** What goes to the phases: flags for each side, and the parameters that all five get. */
export interface Parameters {
  readonly sourceFlags: number;
  readonly destinationFlags: number;
  readonly params: readonly TypedParam[];
}

/** What is known only once the move is about to begin. */
export interface Circumstances {
  /** libvirt is to go on although it doesn't know the disks as shared. */
  readonly unsafe: boolean;
  /** Which disks are copied, and how. */
  readonly storage: {
    readonly copy: StoragePlan['copy'];
    readonly disks: readonly { readonly target: string }[];
    readonly zeroes?: boolean;
  };
  /** Not given: the guest is moved as it is. */
  readonly strategy?: Pick<Strategy, 'differences' | 'compression' | 'holdBack'>;
  /** What the destination is told instead of what the source says. */
  readonly descriptions?: Descriptions | null;
}

/** Chooses flags and parameters. Pure. */
export function chooseParameters(
  request: MoveRequest,
  domain: Domain,
  { unsafe, storage, strategy, descriptions = null }: Circumstances,
): Parameters {
  const persist = domain.persistent && request.destinationDefinition === 'persistent';
  const common =
    MigrateFlag.live |
    (persist ? MigrateFlag.persistDest : 0) |
    (request.sourceDefinition === 'remove' ? MigrateFlag.undefineSource : 0) |
    (request.method === 'post-copy' ? MigrateFlag.postCopy : 0) |
    copyFlags[storage.copy] |
    (storage.copy !== 'none' && request.synchronousWrites ? MigrateFlag.synchronousWrites : 0) |
    // A guest that the user had paused stays paused.
    (domain.state === 'paused' ? MigrateFlag.paused : 0) |
    (request.tls ? MigrateFlag.tls : 0) |
    (strategy?.differences ? MigrateFlag.compressed : 0) |
    (strategy?.compression ? MigrateFlag.compressed | MigrateFlag.parallel : 0) |
    (strategy?.holdBack.kind === 'auto-converge' ? MigrateFlag.autoConverge : 0) |
    (unsafe ? MigrateFlag.unsafe : 0);
  // Finish leaves the guest paused for us to start. A source that drives by itself hands its own flags on.
  const strict = request.commit === 'strict' ? MigrateFlag.paused : 0;
  const p2p = request.drive === 'p2p';
  // libvirt's own client gives change protection to the source alone.
  const sourceFlags = common | (p2p ? MigrateFlag.peer2peer | strict : MigrateFlag.changeProtection);
  return {
    sourceFlags,
    destinationFlags: common | strict,
    params: [
      ...paramsFor(request, storage),
      ...strategyParams(strategy),
      ...descriptionParams(descriptions, persist),
    ],
  };
}

const copyFlags = { none: 0, flat: MigrateFlag.nonSharedDisk, top: MigrateFlag.nonSharedInc } as const;

function descriptionParams(descriptions: Descriptions | null, persist: boolean): TypedParam[] {
  if (descriptions === null) return [];
  const running = param.string('destination_xml', descriptions.running);
  return persist ? [running, param.string('persistent_xml', descriptions.persistent)] : [running];
}

function strategyParams(strategy: Circumstances['strategy']): TypedParam[] {
  const { differences, compression, holdBack } = strategy ?? AS_IT_IS;
  const smaller = [
    ...(differences
      ? [
          param.string('compression', 'xbzrle'),
          param.ullong('compression.xbzrle.cache', BigInt(differences.cacheBytes)),
        ]
      : []),
    ...(compression
      ? [param.string('compression', 'zstd'), param.int('parallel.connections', compression.connections)]
      : []),
  ];
  if (holdBack.kind !== 'auto-converge') return smaller;
  return [
    ...smaller,
    param.int('auto_converge.initial', holdBack.initialPercent),
    param.int('auto_converge.increment', holdBack.incrementPercent),
  ];
}

function paramsFor(request: MoveRequest, storage: Circumstances['storage']): TypedParam[] {
  const { disks } = storage;
  const address = migrationAddress(request.destination);
  // One limit for both: memory gets its own once the disks are copied (memory-speed.ts).
  const ofDisks = disks.length > 0 ? request.diskBandwidthBytesPerS : null;
  const bandwidth = ofDisks ?? request.bandwidthBytesPerS;
  return [
    ...(address === null ? [] : [param.string('migrate_uri', `tcp://${address}`)]),
    ...(bandwidth === null ? [] : [param.ullong('bandwidth', mibPerS(bandwidth))]),
    ...postCopyLimit(request),
    ...disks.map(({ target }) => param.string('migrate_disks', target)),
    ...(storage.zeroes ? disks.map(({ target }) => param.string('migrate_disks_detect_zeroes', target)) : []),
  ];
}

/** Once post-copy has begun the limit of before holds no longer: QEMU has another one for it, which is none at first. */
function postCopyLimit({ method, bandwidthBytesPerS }: MoveRequest): TypedParam[] {
  const limited = method === 'post-copy' && bandwidthBytesPerS !== null;
  return limited ? [param.ullong('bandwidth.postcopy', mibPerS(bandwidthBytesPerS))] : [];
}

/**
 * The address that the source sends to, without a port: the destination adds a free one. Left to itself, libvirt
 * sends its host name, which too often resolves to localhost or to nothing. `null` where the URI names no other host.
 */
export function migrationAddress(destination: HostRef): string | null {
  const target = parseUri(destination.uri);
  const host = destination.migrationAddress ?? (target.transport === 'unix' ? null : target.host);
  if (host === null || isLoopback(host)) return null;
  return host.includes(':') ? `[${host}]` : host;
}

/** A name or address by which each host means itself. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.|::1$)/.test(host);
}

/** As the journal keeps them: JSON knows no 64-bit integers. Descriptions may hold passwords, and nothing needs them again. */
export function storedParameters({ params, ...flags }: Parameters): object {
  const kept = params.filter(({ field }) => !field.endsWith('_xml'));
  return { ...flags, params: kept.map((one) => ({ ...one, value: String(one.value) })) };
}

/** Reads what {@link storedParameters} wrote; `null` where nothing was. */
export function parametersFrom(stored: unknown): Parameters | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const { params, ...flags } = stored as Omit<Parameters, 'params'> & { params: StoredParam[] };
  return { ...flags, params: params.map(paramFrom) };
}

interface StoredParam {
  readonly field: string;
  readonly type: TypedParam['type'];
  readonly value: string;
}

function paramFrom({ field, type, value }: StoredParam): TypedParam {
  switch (type) {
    case 'string':
      return { field, type, value };
    case 'boolean':
      return { field, type, value: value === 'true' };
    case 'llong':
    case 'ullong':
      return { field, type, value: BigInt(value) };
    default:
      return { field, type, value: Number(value) };
  }
}
