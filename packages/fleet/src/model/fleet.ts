import type { Bitset } from './bitset.ts';

/** Hosts side by side; index i is the same host in each array. */
export interface Hosts {
  readonly count: number;
  readonly names: readonly string[];
  readonly outBytesPerS: Float64Array;
  readonly inBytesPerS: Float64Array;
  /** Index of its zone. */
  readonly zone: Int32Array;
  readonly maintenance: Uint8Array;
  readonly movesAtOnce: Int32Array;
  /** [host × resources + resource] */
  readonly capacity: Float64Array;
  /** CPUs, without overcommit. */
  readonly cpus: Float64Array;
}

/** Domains side by side. */
export interface Domains {
  readonly count: number;
  readonly names: readonly string[];
  /** Where each is now. */
  readonly host: Int32Array;
  /** [domain × resources + resource] */
  readonly demand: Float64Array;
  readonly residentBytes: Float64Array;
  readonly dirtyBytesPerS: Float64Array;
  readonly localDiskBytes: Float64Array;
  readonly priority: Float64Array;
  readonly pinned: Uint8Array;
  /** Why it can't be moved, where preflight says so. */
  readonly notMovable: ReadonlyMap<number, string>;
  /** Index into `Fleet.compatible`. */
  readonly kind: Int32Array;
}

export interface Group {
  readonly name: string;
  readonly kind: 'apart' | 'together' | 'spread';
  readonly domains: readonly number[];
  /** Of `spread`: over so many zones at least. */
  readonly zones: number;
}

/** Everything that planning knows, on typed arrays. Never changed. */
export interface Fleet {
  readonly hosts: Hosts;
  readonly domains: Domains;
  readonly groups: readonly Group[];
  readonly zones: readonly string[];
  /** How many resources there are: see `Resource`. */
  readonly resources: number;
  /** For each kind of domain, the hosts that it can run on. */
  readonly compatible: readonly Bitset[];
  readonly coreBytesPerS: number;
  readonly movesAtOnce: number;
  readonly setupS: number;
}

/** Whether a domain may be moved at all. */
export function isMovable({ domains }: Fleet, domain: number): boolean {
  return domains.pinned[domain] === 0 && !domains.notMovable.has(domain);
}

/** Index by name. */
export function indexByName(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}
