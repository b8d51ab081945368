import type { DomainSpec, FleetSpec, GroupSpec, HostSpec } from '../model/spec.ts';
import { Random } from '../search/random.ts';

const GIB = 1024 ** 3;
const GBIT = 125_000_000;

export interface FleetShape {
  readonly hosts: number;
  readonly domains: number;
  readonly seed: number;
  /** Share of domains that stand in a group. */
  readonly grouped?: number;
  /** How unevenly they stand on the hosts: 0 evenly. */
  readonly skew?: number;
  /** Share of the memory that is in use, at most. */
  readonly fill?: number;
}

/** A fleet drawn from a seed in which everything has room where it is. Sizes are as clouds sell them. */
export function randomFleet({
  hosts: hostCount,
  domains: domainCount,
  seed,
  grouped = 0.2,
  skew = 0.5,
  fill = 0.85,
}: FleetShape): FleetSpec {
  const random = new Random(seed);
  const zones = Math.max(1, Math.min(20, Math.floor(hostCount / 4)));
  const large = Math.max(4, Math.ceil((domainCount / hostCount) * 1.6));
  const hosts = Array.from({ length: hostCount }, (_, i): HostSpec => {
    const cpus = large * (random.pick([4, 4, 6]) ?? 4);
    const linkBytesPerS = 10 * GBIT;
    return {
      ...{ name: `host-${i}`, cpus, overcommit: 2, zone: `zone-${i % zones}`, maintenance: false },
      ...{ memoryBytes: cpus * 4 * GIB, hugepages: [], diskBytes: cpus * 20 * GIB, movesAtOnce: 2 },
      ...{ outBytesPerS: linkBytesPerS, inBytesPerS: linkBytesPerS },
      has: random.next() < 0.8 ? ['new'] : [],
    };
  });
  const free = hosts.map(({ cpus, overcommit, memoryBytes, diskBytes }) => ({
    vcpus: cpus * overcommit * fill,
    memory: memoryBytes * fill,
    disk: diskBytes * fill,
  }));
  const domains: DomainSpec[] = [];
  for (let i = 0; i < domainCount; i++) {
    const vcpus = random.pick([1, 2, 2, 4, 4, 8]) ?? 2;
    const memoryBytes = vcpus * (random.pick([2, 4, 4]) ?? 4) * GIB;
    const localDiskBytes = random.next() < 0.1 ? 20 * GIB : 0;
    const home = homeFor(vcpus, memoryBytes, localDiskBytes);
    if (home < 0) continue;
    const room = free[home];
    if (room) {
      room.vcpus -= vcpus;
      room.memory -= memoryBytes;
      room.disk -= localDiskBytes;
    }
    domains.push({
      ...{ name: `vm-${i}`, host: `host-${home}`, vcpus, memoryBytes, localDiskBytes },
      cpuLoad: vcpus * random.next() * 0.6,
      residentBytes: Math.round(memoryBytes * (0.3 + 0.7 * random.next())),
      dirtyBytesPerS: random.next() * 0.05 * GIB,
      hugepages: [],
      pinned: random.next() < 0.01,
      notMovable: random.next() < 0.01 ? 'it has a device of its host' : null,
      priority: random.below(3),
      needs: random.next() < 0.1 && hosts[home]?.has.includes('new') === true ? ['new'] : [],
      onlyOn: null,
    });
  }
  const groups = groupsOf(domains, hosts, grouped, random);
  return { hosts, domains, groups, coreBytesPerS: Number.POSITIVE_INFINITY, movesAtOnce: 10_000, setupS: 1 };

  function homeFor(vcpus: number, memory: number, disk: number): number {
    for (let tries = 0; tries < 40; tries++) {
      // Squared, so that the first hosts get more.
      const at = random.next() < skew ? random.next() ** 2 : random.next();
      const host = Math.floor(at * hostCount);
      const room = free[host];
      if (room && room.vcpus >= vcpus && room.memory >= memory && room.disk >= disk) return host;
    }
    return -1;
  }
}

/** Groups of two to four that hold as the domains stand. */
function groupsOf(
  domains: readonly DomainSpec[],
  hosts: readonly HostSpec[],
  grouped: number,
  random: Random,
): GroupSpec[] {
  const groups: GroupSpec[] = [];
  const zoneOf = new Map(hosts.map(({ name, zone }) => [name, zone]));
  const byHost = Map.groupBy(domains, ({ host }) => host);
  for (let i = 0; i + 4 < domains.length * grouped; i += 4) {
    const some = Array.from({ length: 2 + random.below(3) }, () => random.pick(domains)).filter(
      (domain) => domain !== undefined,
    );
    const members = [...new Map(some.map((domain) => [domain.host, domain])).values()];
    const names = members.map(({ name }) => name);
    const zones = new Set(members.map(({ host }) => zoneOf.get(host))).size;
    const name = `group-${i}`;
    if (random.next() < 0.2) {
      const pair = (byHost.get(members[0]?.host ?? '') ?? []).slice(0, 2).map((domain) => domain.name);
      const taken = groups.some((group) => group.domains.some((other) => pair.includes(other)));
      if (pair.length === 2 && !taken) groups.push({ name, kind: 'together', domains: pair, zones: 1 });
    } else if (names.length > 1 && zones > 1 && random.next() < 0.3) {
      groups.push({ name, kind: 'spread', domains: names, zones: 2 });
    } else if (names.length > 1) groups.push({ name, kind: 'apart', domains: names, zones: 1 });
  }
  return groups;
}
