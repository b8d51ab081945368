import { type Fleet, isMovable } from '../model/fleet.ts';
import { Resource, resourceName } from '../model/resource.ts';

/**
 * Why a domain finds no host, as short as it can be said: what it is itself, or the one thing that all hosts that could
 * take it lack, or how many lack what.
 *
 * @param use what is used on each host once everything else is placed
 */
export function whyUnplaced(
  fleet: Fleet,
  domain: number,
  hosts: readonly number[],
  use: Float64Array,
  capacity: Float64Array,
): string {
  const { domains, resources, compatible } = fleet;
  if (domains.pinned[domain] === 1) return 'it is pinned to its host';
  const said = domains.notMovable.get(domain);
  if (said !== undefined) return said;
  const bound = boundTo(fleet, domain);
  if (bound !== null) return bound;
  const home = domains.host[domain];
  const others = hosts.filter((host) => host !== home);
  if (others.length === 0) return 'no other host takes domains';
  const possible = others.filter((host) => compatible[domains.kind[domain] ?? 0]?.has(host) === true);
  if (possible.length === 0) return 'no other host has what it needs';
  const lacks = new Map<number, number>();
  for (const host of possible) {
    for (let r = 0; r < resources; r++) {
      const size = domains.demand[domain * resources + r] ?? 0;
      if (size > 0 && (use[host * resources + r] ?? 0) + size > (capacity[host * resources + r] ?? 0)) {
        lacks.set(r, (lacks.get(r) ?? 0) + 1);
        break;
      }
    }
  }
  const [worst, count] = [...lacks].sort((a, b) => b[1] - a[1])[0] ?? [-1, 0];
  const hostsText = (n: number) => (n === 1 ? 'the only host' : `all ${n} hosts`);
  if (count === possible.length) {
    return `${hostsText(count)} that could take it ${count === 1 ? 'lacks' : 'lack'} ${resourceName(worst)}: ${amount(worst, domains.demand[domain * resources + worst] ?? 0)} wanted, ${amount(worst, mostFree(worst))} free at most`;
  }
  if (count === 0) return `a group that it is in rules out ${hostsText(possible.length)} that could take it`;
  return `of ${possible.length} hosts that could take it ${count} lack ${resourceName(worst)}, and the others lack something else or hold members of a group that it is in`;

  function mostFree(r: number): number {
    return Math.max(
      0,
      ...possible.map((host) => (capacity[host * resources + r] ?? 0) - (use[host * resources + r] ?? 0)),
    );
  }
}

/** It must stay with one that can't be moved. */
function boundTo(fleet: Fleet, domain: number): string | null {
  for (const { name, kind, domains } of fleet.groups) {
    if (kind !== 'together' || !domains.includes(domain)) continue;
    const fixed = domains.find((other) => other !== domain && !isMovable(fleet, other));
    if (fixed !== undefined)
      return `group ${name} keeps it with ${fleet.domains.names[fixed]}, which can't be moved`;
  }
  return null;
}

function amount(resource: number, value: number): string {
  const bytes = resource === Resource.memory || resource === Resource.disk || resource >= Resource.hugepages;
  return bytes ? `${(value / 1024 ** 3).toFixed(1)} GiB` : String(Math.round(value * 10) / 10);
}
