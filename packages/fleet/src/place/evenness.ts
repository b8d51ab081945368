import type { Fleet } from '../model/fleet.ts';
import { Resource } from '../model/resource.ts';
import type { MakeTerm } from '../search/term.ts';
import { deviation, type Metric } from '../search/terms/deviation.ts';
import { movePrice } from '../search/terms/move-price.ts';
import type { Units } from './units.ts';

/** What moving all memory of the fleet once would cost, beside deviations of use that are between 0 and 1. */
const MOVE_WEIGHT = 0.25;

/**
 * How unevenness is measured. shares: CPU load and memory in use, as shares of each host. ganeti: as Ganeti's hbal scores
 * a cluster on shared storage of which it knows no loads, so that each domain counts as one of CPU, memory, disk and
 * network load (hbal(1), Cluster scoring).
 */
export type Measure = 'shares' | 'ganeti';

/** What a move costs by Ganeti's measure, which knows no bytes: less than that gain it isn't worth. */
const GANETI_MOVE = 0.03;

/** Unevenness over the hosts that take domains. */
export function evenness(fleet: Fleet, hosts: readonly number[], measure: Measure = 'shares'): MakeTerm {
  return deviation(measure === 'shares' ? metricsOf(fleet) : ganetiMetrics(fleet), hosts);
}

/**
 * What each unit's move costs, by its bytes where the measure knows them.
 *
 * @param unevenness what a price of 1 is held against: the deviations there are, or the usual 1
 */
export function movesByBytes(
  { domains }: Fleet,
  { members }: Units,
  measure: Measure = 'shares',
  unevenness = 1,
): MakeTerm {
  if (measure === 'ganeti')
    return movePrice(Float64Array.from(members, ({ length }) => length * GANETI_MOVE));
  const bytesOf = (domain: number) =>
    (domains.residentBytes[domain] ?? 0) + (domains.localDiskBytes[domain] ?? 0);
  const bytes = Float64Array.from(members, (unit) => unit.reduce((sum, domain) => sum + bytesOf(domain), 0));
  const all = bytes.reduce((sum, one) => sum + one, 0) || 1;
  return movePrice(bytes.map((one) => (one / all) * MOVE_WEIGHT * unevenness));
}

/** The hosts that take domains. */
export function takingHosts({ hosts }: Fleet, closed: ReadonlySet<number> = new Set()): number[] {
  return Array.from({ length: hosts.count }, (_, host) => host).filter(
    (host) => hosts.maintenance[host] === 0 && !closed.has(host),
  );
}

/** How far the busiest host is above the mean, as a share of a host; the larger of CPU load and memory. */
export function peakAboveMean(fleet: Fleet, hostOf: Int32Array): number {
  const hosts = takingHosts(fleet);
  const peaks = metricsOf(fleet).map(({ resource, scale }) => {
    const use = new Float64Array(fleet.hosts.count);
    hostOf.forEach((host, domain) => {
      use[host] = (use[host] ?? 0) + (fleet.domains.demand[domain * fleet.resources + resource] ?? 0);
    });
    const shares = hosts.map((host) => (use[host] ?? 0) * (scale[host] ?? 0));
    const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
    return shares.reduce((peak, share) => Math.max(peak, share - mean), 0);
  });
  return Math.max(...peaks);
}

function ganetiMetrics({ hosts, resources }: Fleet): Metric[] {
  const memory = Float64Array.from(
    { length: hosts.count },
    (_, host) => 1 / (hosts.capacity[host * resources + Resource.memory] || 1),
  );
  return [
    { resource: Resource.memory, weight: 1, scale: memory },
    { resource: Resource.vcpus, weight: 1, scale: hosts.cpus.map((cpus) => 1 / cpus) },
    { resource: Resource.domains, weight: 4, scale: new Float64Array(hosts.count).fill(1) },
  ];
}

function metricsOf({ hosts, resources }: Fleet): Metric[] {
  const perMemory = Float64Array.from(
    { length: hosts.count },
    (_, host) => 1 / (hosts.capacity[host * resources + Resource.memory] || 1),
  );
  return [
    { resource: Resource.load, weight: 1, scale: hosts.cpus.map((cpus) => 1 / cpus) },
    { resource: Resource.memory, weight: 1, scale: perMemory },
  ];
}
