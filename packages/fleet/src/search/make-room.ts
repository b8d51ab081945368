import type { Placement } from './placement.ts';
import { cheapestHost } from './regret.ts';

const LEAVING_MAX = 4;

/**
 * Puts a domain that is nowhere onto one of some hosts from which others must leave for it, which go to `elsewhere`.
 * Returns what left for it, and from where; `null`: it can't be done, and nothing has changed.
 */
export function makeRoom(
  placement: Placement,
  domain: number,
  hosts: readonly number[],
  elsewhere: readonly number[],
): (readonly [number, number])[] | null {
  const { problem } = placement;
  for (const host of hosts) {
    if (!problem.allows(domain, host)) continue;
    const residents = [...(placement.residents[host] ?? [])].filter((one) => problem.isMovable(one));
    const one = residents.find((leaving) => placement.fitsWithout(domain, host, leaving));
    const leaving = one === undefined ? residents.slice(0, LEAVING_MAX) : [one];
    const lifted: number[] = [];
    for (const candidate of leaving) {
      lifted.push(candidate);
      placement.remove(candidate);
      if (placement.fits(domain, host)) break;
    }
    if (placement.insertion(domain, host) < Number.POSITIVE_INFINITY) {
      placement.insert(domain, host);
      const settled: number[] = [];
      for (const candidate of lifted) {
        const to = cheapestHost(placement, candidate, elsewhere);
        if (to < 0) break;
        placement.insert(candidate, to);
        settled.push(candidate);
      }
      if (settled.length === lifted.length) return lifted.map((one) => [one, host] as const);
      for (const candidate of settled) placement.remove(candidate);
      placement.remove(domain);
    }
    for (const candidate of lifted) placement.insert(candidate, host);
  }
  return null;
}
