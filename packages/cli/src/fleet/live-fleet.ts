import type { DomainLoad, DomainSummary, Host, HostRef, RealEnv } from '@virt-ferry/engine';
import type { DomainSpec, FleetSpec, HostSpec } from '@virt-ferry/fleet';
import { messageOf } from '@virt-ferry/libvirt/errors';
import type { Engine } from '../engine.ts';
import type { Scope } from './scope.ts';

/** So many past moves tell what the hosts' links carry. */
const PAST_MOVES = 500;
/** vCPUs for each CPU: nobody's limit is known, and most guests idle. What OpenStack's Nova allowed for years. */
const OVERCOMMIT = 16;
const MOVES_AT_ONCE = 2;
const SETUP_S = 2;

const UNKNOWN = { cpus: null, residentBytes: null, dirtyBytesPerS: null };

/** Hosts as they are now, for a plan that moves what a scope lets move. */
export interface LiveFleet {
  readonly spec: FleetSpec;
  /** What no plan can see to, a sentence each. */
  readonly notes: readonly string[];
}

/** A domain that is not to go there again: what was tried has failed. */
export type Barred = ReadonlyMap<string, ReadonlySet<string>>;

/** A host that has answered. */
interface Seen {
  readonly ref: HostRef;
  readonly host: Host;
  readonly active: readonly DomainSummary[];
  readonly off: number;
  /** What each domain takes, by UUID; `null` where that could not be measured. */
  readonly loads: ReadonlyMap<string, DomainLoad> | null;
}

/**
 * Reads all hosts, measures for a while what their domains take, and has preflight say where each domain may go that is to
 * move. The others only take room. Links carry what past moves have shown. Throws where a host that is needed can't be reached; others are left
 * out, and said.
 */
export async function readLiveFleet(
  hosts: readonly HostRef[],
  scope: Scope,
  windowMs: number,
  engine: Engine,
  env: RealEnv,
  barred: Barred = new Map(),
): Promise<LiveFleet> {
  const looks = await Promise.allSettled(hosts.map((ref) => lookAt(ref, windowMs, engine, env)));
  const notes: string[] = [];
  const seen = looks.flatMap((look, index) => {
    if (look.status === 'fulfilled') return [look.value];
    const name = hosts[index]?.name ?? '';
    if (scope.needed.includes(name)) throw look.reason;
    notes.push(`${name} is left out: ${messageOf(look.reason)}`);
    return [];
  });
  const domains = await Promise.all(seen.map((one) => domainsOf(one, seen, scope, engine, env, barred)));
  for (const { ref, off, loads } of seen) {
    if (off > 0 && scope.needed.includes(ref.name))
      notes.push(`${off} on ${ref.name} are shut off and stay: ferry migrate VM --offline`);
    if (loads === null)
      notes.push(`the CPU load on ${ref.name} could not be measured: half of each vCPU is assumed`);
  }
  const rates = engine.linkRates(await env.journal.measured({ limit: PAST_MOVES }));
  const unknown = seen.map(({ ref }) => ref.name).filter((name) => rates(name).from === 'guess');
  if (unknown.length > 0)
    notes.push(`no move has shown yet what the links of ${unknown.join(', ')} carry: a gigabit is assumed`);
  return {
    notes,
    spec: {
      hosts: seen.map((one) => hostSpec(one, rates(one.ref.name))),
      domains: domains.flat(),
      ...{ groups: [], coreBytesPerS: Number.POSITIVE_INFINITY, movesAtOnce: 8, setupS: SETUP_S },
    },
  };
}

async function lookAt(ref: HostRef, windowMs: number, engine: Engine, env: RealEnv): Promise<Seen> {
  const [host, all, loads] = await Promise.all([
    engine.readHost(ref, env),
    engine.listDomains(ref, env),
    engine.measureLoads(ref, windowMs, env).catch(() => null),
  ]);
  const isOff = ({ state }: DomainSummary) => state === 'shut off' || state === 'crashed';
  return { ref, host, loads, active: all.filter((one) => !isOff(one)), off: all.filter(isOff).length };
}

async function domainsOf(
  one: Seen,
  seen: readonly Seen[],
  scope: Scope,
  engine: Engine,
  env: RealEnv,
  barred: Barred,
): Promise<DomainSpec[]> {
  const { ref, active } = one;
  const wanted = new Map(active.map(({ name }) => [name, scope.targets(name, ref.name)]));
  const targets = new Set([...wanted.values()].flat());
  const reached = seen.map((other) => other.ref).filter(({ name }) => targets.has(name));
  const places = await placesFrom(ref, reached, engine, env);
  const elsewhere = (name: string) =>
    seen.find((other) => other !== one && other.active.some((domain) => domain.name === name))?.ref.name;
  return active.map((domain) => {
    const twin = elsewhere(domain.name);
    if (twin !== undefined)
      return domainSpec(domain, one.loads, { notMovable: `${twin} runs a domain of that name, too` });
    const to = wanted.get(domain.name) ?? [];
    const place = places.get(domain.name) ?? new Map<string, string | null>();
    return domainSpec(
      domain,
      one.loads,
      to.length === 0 ? { pinned: true } : allowed(domain, to, place, barred),
    );
  });
}

/** By domain and destination: what stands against it; `null` where preflight lets it go there. */
type Places = ReadonlyMap<string, ReadonlyMap<string, string | null>>;

async function placesFrom(
  source: HostRef,
  targets: readonly HostRef[],
  engine: Engine,
  env: RealEnv,
): Promise<Places> {
  const wishes = { drive: 'direct', method: 'pre-copy', copyStorage: 'auto' } as const;
  const places = new Map<string, Map<string, string | null>>();
  for (const destination of targets)
    for await (const { domain, verdict, findings } of engine.checkHost(source, destination, wishes, env)) {
      const place = places.get(domain.name) ?? new Map<string, string | null>();
      places.set(domain.name, place);
      const against = findings[0]?.message ?? `${destination.name} is blocked`;
      place.set(destination.name, verdict === 'blocked' ? against : null);
    }
  return places;
}

function allowed(
  { name, host }: DomainSummary,
  targets: readonly string[],
  place: ReadonlyMap<string, string | null>,
  barred: Barred,
): Partial<DomainSpec> {
  const tried = barred.get(name);
  const open = targets.filter((one) => place.get(one) === null && !tried?.has(one));
  if (open.length > 0) return { onlyOn: [host, ...open] };
  if (tried !== undefined) return { notMovable: `it did not move to ${[...tried].join(', ')}` };
  const against = targets.map((one) => place.get(one)).find((one) => typeof one === 'string');
  return { notMovable: against ?? `${targets.join(', ')} cannot be asked` };
}

function hostSpec(
  { host, active }: Seen,
  { outBytesPerS, inBytesPerS }: Pick<HostSpec, 'outBytesPerS' | 'inBytesPerS'>,
): HostSpec {
  const taken = active.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return {
    name: host.ref.name,
    cpus: host.cpus,
    overcommit: Math.max(OVERCOMMIT, active.reduce((sum, { vcpus }) => sum + vcpus, 0) / host.cpus),
    // What its domains were promised is theirs, and of the rest what is available.
    memoryBytes: Math.max(Math.min(host.memoryBytes, host.availableMemoryBytes + taken), taken),
    ...{
      hugepages: [],
      outBytesPerS,
      inBytesPerS,
      zone: host.ref.name,
      diskBytes: 0,
      maintenance: false,
      movesAtOnce: MOVES_AT_ONCE,
      has: [],
    },
  };
}

function domainSpec(
  { name, uuid, host, vcpus, memoryBytes }: DomainSummary,
  loads: Seen['loads'],
  more: Partial<DomainSpec>,
): DomainSpec {
  const { cpus, residentBytes, dirtyBytesPerS } = loads?.get(uuid) ?? UNKNOWN;
  return {
    ...{ name, host, vcpus, memoryBytes, cpuLoad: cpus ?? vcpus / 2, dirtyBytesPerS: dirtyBytesPerS ?? 0 },
    residentBytes: Math.min(residentBytes ?? memoryBytes, memoryBytes),
    ...{ hugepages: [], localDiskBytes: 0, pinned: false, notMovable: null, priority: 0, needs: [] },
    onlyOn: null,
    ...more,
  };
}
