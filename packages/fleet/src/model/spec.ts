/** A host as an inventory describes it. Sizes in bytes, rates in bytes per second. */
export interface HostSpec {
  readonly name: string;
  /** CPUs (threads) that guests may use. */
  readonly cpus: number;
  /** vCPUs that may be promised for each CPU. */
  readonly overcommit: number;
  readonly memoryBytes: number;
  /** Memory set aside as huge pages, by NUMA node. */
  readonly hugepages: readonly { readonly node: number; readonly bytes: number }[];
  readonly outBytesPerS: number;
  readonly inBytesPerS: number;
  readonly zone: string;
  readonly diskBytes: number;
  /** Takes no domain. */
  readonly maintenance: boolean;
  /** Moves that it takes part in at once. */
  readonly movesAtOnce: number;
  /** What a domain may need of it: CPU features, networks, pools. */
  readonly has: readonly string[];
}

export interface DomainSpec {
  readonly name: string;
  readonly host: string;
  readonly vcpus: number;
  /** CPUs that it keeps busy on average. */
  readonly cpuLoad: number;
  readonly memoryBytes: number;
  /** Of its memory, what has to be sent. */
  readonly residentBytes: number;
  readonly dirtyBytesPerS: number;
  /** Huge pages that it wants of the host's NUMA nodes; part of its memory. */
  readonly hugepages: readonly { readonly node: number; readonly bytes: number }[];
  readonly localDiskBytes: number;
  readonly pinned: boolean;
  /** What preflight says against moving it. */
  readonly notMovable: string | null;
  /** Higher goes first, and is left behind last. */
  readonly priority: number;
  readonly needs: readonly string[];
  /** The only hosts where it may be; `null`: any. */
  readonly onlyOn: readonly string[] | null;
}

/** Domains that depend on each other's places. */
export interface GroupSpec {
  readonly name: string;
  /** apart: no two on one host; together: all on one host; spread: over at least `zones` zones. */
  readonly kind: 'apart' | 'together' | 'spread';
  readonly domains: readonly string[];
  readonly zones: number;
}

export interface FleetSpec {
  readonly hosts: readonly HostSpec[];
  readonly domains: readonly DomainSpec[];
  readonly groups: readonly GroupSpec[];
  /** What moves between any two hosts share; Infinity: no limit. */
  readonly coreBytesPerS: number;
  readonly movesAtOnce: number;
  /** What a move takes besides sending. */
  readonly setupS: number;
}
