import { Bitset } from './bitset.ts';
import { type Domains, type Fleet, type Hosts, indexByName } from './fleet.ts';
import { Resource } from './resource.ts';
import type { DomainSpec, FleetSpec, HostSpec } from './spec.ts';

/** Lays a fleet out on typed arrays. What the names refer to must be there: the inventory has seen to that. */
export function buildFleet(spec: FleetSpec): Fleet {
  const zones = [...new Set(spec.hosts.map(({ zone }) => zone))];
  const resources = Resource.hugepages + nodesOf(spec);
  const hostIndex = indexByName(spec.hosts.map(({ name }) => name));
  const domainIndex = indexByName(spec.domains.map(({ name }) => name));
  const { kinds, compatible } = compatibility(spec, hostIndex);
  return {
    hosts: layHosts(spec.hosts, zones, resources),
    domains: layDomains(spec.domains, hostIndex, kinds, resources),
    groups: spec.groups.map(({ domains, ...group }) => ({
      ...group,
      domains: domains.flatMap((name) => domainIndex.get(name) ?? []),
    })),
    zones,
    resources,
    compatible,
    coreBytesPerS: spec.coreBytesPerS,
    movesAtOnce: spec.movesAtOnce,
    setupS: spec.setupS,
  };
}

function nodesOf({ hosts, domains }: FleetSpec): number {
  let nodes = 0;
  for (const { hugepages } of hosts) for (const { node } of hugepages) nodes = Math.max(nodes, node + 1);
  for (const { hugepages } of domains) for (const { node } of hugepages) nodes = Math.max(nodes, node + 1);
  return nodes;
}

function layHosts(hosts: readonly HostSpec[], zones: readonly string[], resources: number): Hosts {
  const capacity = new Float64Array(hosts.length * resources);
  hosts.forEach((host, index) => {
    const at = index * resources;
    capacity[at + Resource.vcpus] = host.cpus * host.overcommit;
    // Huge pages are taken from memory for good, whoever uses them.
    const huge = host.hugepages.reduce((sum, { bytes }) => sum + bytes, 0);
    capacity[at + Resource.memory] = host.memoryBytes - huge;
    capacity[at + Resource.disk] = host.diskBytes;
    capacity[at + Resource.load] = Number.POSITIVE_INFINITY;
    capacity[at + Resource.domains] = Number.POSITIVE_INFINITY;
    for (const { node, bytes } of host.hugepages)
      capacity[at + Resource.hugepages + node] = (capacity[at + Resource.hugepages + node] ?? 0) + bytes;
  });
  const zoneIndex = indexByName(zones);
  return {
    count: hosts.length,
    names: hosts.map(({ name }) => name),
    outBytesPerS: Float64Array.from(hosts, ({ outBytesPerS }) => outBytesPerS),
    inBytesPerS: Float64Array.from(hosts, ({ inBytesPerS }) => inBytesPerS),
    zone: Int32Array.from(hosts, ({ zone }) => zoneIndex.get(zone) ?? 0),
    maintenance: Uint8Array.from(hosts, ({ maintenance }) => Number(maintenance)),
    movesAtOnce: Int32Array.from(hosts, ({ movesAtOnce }) => movesAtOnce),
    capacity,
    cpus: Float64Array.from(hosts, ({ cpus }) => cpus),
  };
}

function layDomains(
  domains: readonly DomainSpec[],
  hostIndex: ReadonlyMap<string, number>,
  kind: Int32Array,
  resources: number,
): Domains {
  const demand = new Float64Array(domains.length * resources);
  domains.forEach((domain, index) => {
    const at = index * resources;
    const huge = domain.hugepages.reduce((sum, { bytes }) => sum + bytes, 0);
    demand[at + Resource.vcpus] = domain.vcpus;
    demand[at + Resource.memory] = Math.max(0, domain.memoryBytes - huge);
    demand[at + Resource.disk] = domain.localDiskBytes;
    demand[at + Resource.load] = domain.cpuLoad;
    demand[at + Resource.domains] = 1;
    for (const { node, bytes } of domain.hugepages)
      demand[at + Resource.hugepages + node] = (demand[at + Resource.hugepages + node] ?? 0) + bytes;
  });
  const numbers = (of: (domain: DomainSpec) => number) => Float64Array.from(domains, of);
  return {
    count: domains.length,
    names: domains.map(({ name }) => name),
    host: Int32Array.from(domains, ({ host }) => hostIndex.get(host) ?? -1),
    demand,
    residentBytes: numbers(({ residentBytes }) => residentBytes),
    dirtyBytesPerS: numbers(({ dirtyBytesPerS }) => dirtyBytesPerS),
    localDiskBytes: numbers(({ localDiskBytes }) => localDiskBytes),
    priority: numbers(({ priority }) => priority),
    pinned: Uint8Array.from(domains, ({ pinned }) => Number(pinned)),
    notMovable: new Map(
      domains.flatMap(({ notMovable }, index) => (notMovable === null ? [] : [[index, notMovable] as const])),
    ),
    kind,
  };
}

/** Domains with the same needs share one set of hosts. */
function compatibility(spec: FleetSpec, hostIndex: ReadonlyMap<string, number>) {
  const seen = new Map<string, number>();
  const compatible: Bitset[] = [];
  const having = new Map<string, Bitset>();
  spec.hosts.forEach((host, index) => {
    for (const tag of host.has) {
      const set = having.get(tag) ?? new Bitset(spec.hosts.length);
      set.add(index);
      having.set(tag, set);
    }
  });
  const kinds = Int32Array.from(spec.domains, ({ needs, onlyOn }) => {
    const key = JSON.stringify([[...needs].sort(), onlyOn && [...onlyOn].sort()]);
    const known = seen.get(key);
    if (known !== undefined) return known;
    const set = new Bitset(spec.hosts.length);
    if (onlyOn === null) for (let host = 0; host < spec.hosts.length; host++) set.add(host);
    else for (const name of onlyOn) set.add(hostIndex.get(name) ?? 0);
    for (const tag of needs) set.intersect(having.get(tag) ?? new Bitset(spec.hosts.length));
    seen.set(key, compatible.length);
    compatible.push(set);
    return compatible.length - 1;
  });
  return { kinds, compatible };
}
