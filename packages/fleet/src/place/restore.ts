import type { Fleet } from '../model/fleet.ts';
import { Placement } from '../search/placement.ts';
import type { Target } from './result.ts';
import { domainHosts, layUnits } from './units.ts';
import { whyUnplaced } from './unplaced.ts';

/**
 * Takes domains back to where they were, by domain and host. One that waits for room which another one makes is tried
 * again; what finds none stays where it is and is named.
 */
export function restore(fleet: Fleet, former: ReadonlyMap<number, number>): Target {
  const units = layUnits(fleet);
  const placement = new Placement(units.problem, units.rules);
  const wanted = new Map<number, number>();
  for (const [domain, host] of former)
    if (fleet.domains.host[domain] !== host) wanted.set(units.unitOf[domain] ?? 0, host);
  const before = wanted.size;
  for (let moved = true; moved; ) {
    moved = false;
    for (const [unit, host] of wanted) {
      if (!units.problem.isMovable(unit)) continue;
      const from = placement.hostOf[unit] ?? 0;
      const cost = placement.cost();
      placement.remove(unit);
      if (placement.insertion(unit, host) + placement.cost() <= cost) {
        placement.insert(unit, host);
        wanted.delete(unit);
        moved = true;
      } else placement.insert(unit, from);
    }
  }
  const unplaced = [...wanted].flatMap(([unit, host]) =>
    (units.members[unit] ?? []).map((domain) => ({
      domain,
      reason: whyUnplaced(fleet, domain, [host], placement.use, units.problem.capacity),
    })),
  );
  return {
    ...{ goal: 'restore', hostOf: domainHosts(units, placement.hostOf), unplaced, notes: [] },
    reasonOf: () => 'goes back to where it was',
    score: { name: 'domains away from their hosts', before, after: wanted.size },
  };
}
