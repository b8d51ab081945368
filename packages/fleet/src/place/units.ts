import { type Fleet, isMovable } from '../model/fleet.ts';
import type { Problem } from '../search/problem.ts';
import type { MakeTerm } from '../search/term.ts';
import { apart } from '../search/terms/apart.ts';
import { type SpreadGroup, spread } from '../search/terms/spread.ts';

/** A fleet as the search sees it: what must stay together is one unit, which moves as one. */
export interface Units {
  readonly problem: Problem;
  /** The domains of each unit. */
  readonly members: readonly (readonly number[])[];
  readonly unitOf: Int32Array;
  /** What must hold whatever the goal. */
  readonly rules: readonly MakeTerm[];
}

export interface UnitOptions {
  /** Hosts that nothing comes to, besides those in maintenance. */
  readonly closed?: ReadonlySet<number>;
  /** Share of each host's vCPUs and memory that stays free, from 0 to 1. */
  readonly headroom?: number;
}

/** Lays out units. A group that should be together and isn't is left as separate domains. */
export function layUnits(fleet: Fleet, { closed = new Set(), headroom = 0 }: UnitOptions = {}): Units {
  const { hosts, domains, resources } = fleet;
  const { unitOf, members } = together(fleet);
  const demand = new Float64Array(members.length * resources);
  for (let domain = 0; domain < domains.count; domain++)
    for (let r = 0, at = (unitOf[domain] ?? 0) * resources; r < resources; r++)
      demand[at + r] = (demand[at + r] ?? 0) + (domains.demand[domain * resources + r] ?? 0);
  const movable = Uint8Array.from(members, (unit) =>
    Number(unit.every((domain) => isMovable(fleet, domain))),
  );
  const problem: Problem = {
    domainCount: members.length,
    hostCount: hosts.count,
    resources,
    demand,
    capacity: headroom === 0 ? hosts.capacity : hosts.capacity.map((all) => all * (1 - headroom)),
    transient: new Uint8Array(resources),
    start: Int32Array.from(members, ([first = 0]) => domains.host[first] ?? 0),
    movable: Int32Array.from(movable.keys()).filter((unit) => movable[unit] === 1),
    isMovable: (unit) => movable[unit] === 1,
    allows(unit, host) {
      if (hosts.maintenance[host] === 1 || closed.has(host)) return false;
      for (const domain of members[unit] ?? [])
        if (fleet.compatible[domains.kind[domain] ?? 0]?.has(host) !== true) return false;
      return true;
    },
  };
  return { problem, members, unitOf, rules: rulesOf(fleet, unitOf) };
}

/** Where each domain is once its unit is there. */
export function domainHosts({ unitOf }: Units, hostOfUnit: Int32Array): Int32Array {
  return unitOf.map((unit) => hostOfUnit[unit] ?? -1);
}

/** Groups that are together on one host become one unit, also where they overlap. */
function together({ domains, groups }: Fleet) {
  const parent = Int32Array.from({ length: domains.count }, (_, domain) => domain);
  const root = (domain: number): number => {
    let at = domain;
    while (parent[at] !== at) at = parent[at] ?? at;
    return at;
  };
  for (const { kind, domains: members } of groups) {
    if (kind !== 'together' || new Set(members.map((domain) => domains.host[domain])).size > 1) continue;
    for (const domain of members) parent[root(domain)] = root(members[0] ?? domain);
  }
  const unitOf = new Int32Array(domains.count);
  const members: number[][] = [];
  const known = new Map<number, number>();
  for (let domain = 0; domain < domains.count; domain++) {
    const first = root(domain);
    const unit = known.get(first) ?? members.length;
    if (unit === members.length) {
      known.set(first, unit);
      members.push([]);
    }
    unitOf[domain] = unit;
    members[unit]?.push(domain);
  }
  return { unitOf, members };
}

function rulesOf(fleet: Fleet, unitOf: Int32Array): MakeTerm[] {
  const unitsOf = (members: readonly number[]) => [...new Set(members.map((domain) => unitOf[domain] ?? 0))];
  const separate = fleet.groups.filter(({ kind }) => kind === 'apart').map(({ domains }) => unitsOf(domains));
  const groupsOf = new Map<number, number[]>();
  separate.forEach((units, group) => {
    for (const unit of units) groupsOf.set(unit, [...(groupsOf.get(unit) ?? []), group]);
  });
  const spreads = fleet.groups
    .filter(({ kind }) => kind === 'spread')
    .map(({ domains, zones }): SpreadGroup => ({ domains: unitsOf(domains), zones }));
  const rules: MakeTerm[] = [];
  if (separate.length > 0) rules.push(apart(separate, groupsOf));
  if (spreads.length > 0) rules.push(spread(spreads, fleet.hosts.zone, fleet.zones.length));
  return rules;
}
