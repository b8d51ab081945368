import type { DomainSummary, Host, HostRef, RealEnv } from '@virt-ferry/engine';
import type { DomainSpec, FleetSpec, HostSpec } from '@virt-ferry/fleet';
import type { Engine } from '../engine.ts';

/** A gigabit Ethernet, without what its frames take: nothing is known of what lies between the hosts. */
const LINK_BYTES_PER_S = 117_000_000;
/** vCPUs for each CPU: nobody's limit is known, and most guests idle. What OpenStack's Nova allowed for years. */
const OVERCOMMIT = 16;
const MOVES_AT_ONCE = 2;
const SETUP_S = 2;

/** Hosts as they are now, for a plan that empties some of them. */
export interface LiveFleet {
  readonly spec: FleetSpec;
  /** What no plan can see to, a sentence each. */
  readonly notes: readonly string[];
}

/** A domain that is not to go there again: what was tried has failed. */
export type Barred = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Reads all hosts, and has preflight say where each domain of those that are to be emptied may go. The others' domains
 * only take room. Throws where one of the hosts to be emptied can't be reached; others are left out, and said.
 */
export async function readLiveFleet(
  hosts: readonly HostRef[],
  emptied: readonly HostRef[],
  engine: Engine,
  env: RealEnv,
  barred: Barred = new Map(),
): Promise<LiveFleet> {
  const isEmptied = (ref: HostRef) => emptied.some(({ name }) => name === ref.name);
  const looks = await Promise.allSettled(hosts.map((ref) => lookAt(ref, engine, env)));
  const notes: string[] = [];
  const seen = looks.flatMap((look, index) => {
    if (look.status === 'fulfilled') return [look.value];
    const ref = hosts[index];
    if (ref === undefined || isEmptied(ref)) throw look.reason;
    notes.push(
      `${ref.name} is left out: ${look.reason instanceof Error ? look.reason.message : look.reason}`,
    );
    return [];
  });
  const domains: DomainSpec[] = [];
  for (const { ref, active, off } of seen) {
    if (!isEmptied(ref)) {
      domains.push(...active.map((domain) => domainSpec(domain, { pinned: true })));
      continue;
    }
    if (off > 0) notes.push(`${off} on ${ref.name} are shut off and stay: ferry migrate VM --offline`);
    const targets = seen.map((one) => one.ref).filter((one) => !isEmptied(one));
    const places = await placesFrom(ref, targets, engine, env);
    domains.push(...active.map((domain) => domainSpec(domain, allowed(domain, places, barred))));
  }
  return {
    notes,
    spec: {
      hosts: seen.map(({ host, active }) => hostSpec(host, active)),
      ...{ domains, groups: [], coreBytesPerS: Number.POSITIVE_INFINITY, movesAtOnce: 8, setupS: SETUP_S },
    },
  };
}

async function lookAt(ref: HostRef, engine: Engine, env: RealEnv) {
  const [host, all] = await Promise.all([engine.readHost(ref, env), engine.listDomains(ref, env)]);
  const isOff = ({ state }: DomainSummary) => state === 'shut off' || state === 'crashed';
  return { ref, host, active: all.filter((one) => !isOff(one)), off: all.filter(isOff).length };
}

/** By domain: where preflight lets it go, and what stands against it where it doesn't. */
type Places = ReadonlyMap<string, { readonly open: string[]; readonly against: string[] }>;

async function placesFrom(
  source: HostRef,
  targets: readonly HostRef[],
  engine: Engine,
  env: RealEnv,
): Promise<Places> {
  const wishes = { drive: 'direct', method: 'pre-copy', copyStorage: 'auto' } as const;
  const places = new Map<string, { open: string[]; against: string[] }>();
  for (const destination of targets)
    for await (const { domain, verdict, findings } of engine.checkHost(source, destination, wishes, env)) {
      const place = places.get(domain.name) ?? { open: [], against: [] };
      places.set(domain.name, place);
      if (verdict === 'blocked') place.against.push(findings[0]?.message ?? `${destination.name} is blocked`);
      else place.open.push(destination.name);
    }
  return places;
}

function allowed({ name, host }: DomainSummary, places: Places, barred: Barred): Partial<DomainSpec> {
  const { open = [], against = [] } = places.get(name) ?? {};
  const tried = barred.get(name);
  const left = open.filter((one) => !tried?.has(one));
  if (left.length > 0) return { onlyOn: [host, ...left] };
  const why = tried === undefined ? undefined : `it did not move to ${[...tried].join(', ')}`;
  return { notMovable: why ?? against[0] ?? 'there is no other host' };
}

function hostSpec(host: Host, active: readonly DomainSummary[]): HostSpec {
  const taken = active.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return {
    name: host.ref.name,
    cpus: host.cpus,
    overcommit: Math.max(OVERCOMMIT, active.reduce((sum, { vcpus }) => sum + vcpus, 0) / host.cpus),
    // What its domains were promised is theirs, and of the rest what is available.
    memoryBytes: Math.max(Math.min(host.memoryBytes, host.availableMemoryBytes + taken), taken),
    ...{ hugepages: [], outBytesPerS: LINK_BYTES_PER_S, inBytesPerS: LINK_BYTES_PER_S, zone: host.ref.name },
    ...{ diskBytes: 0, maintenance: false, movesAtOnce: MOVES_AT_ONCE, has: [] },
  };
}

function domainSpec(
  { name, host, vcpus, memoryBytes }: DomainSummary,
  more: Partial<DomainSpec>,
): DomainSpec {
  return {
    ...{ name, host, vcpus, memoryBytes, cpuLoad: vcpus / 2, residentBytes: memoryBytes, dirtyBytesPerS: 0 },
    ...{
      hugepages: [],
      localDiskBytes: 0,
      pinned: false,
      notMovable: null,
      priority: 0,
      needs: [],
      onlyOn: null,
    },
    ...more,
  };
}
