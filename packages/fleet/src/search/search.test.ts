import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildFleet } from '../model/build.ts';
import { evenness, movesByBytes, takingHosts } from '../place/evenness.ts';
import { layUnits } from '../place/units.ts';
import { randomFleet } from '../testing/random-fleet.ts';
import { lateAcceptance, usualAcceptance } from './acceptance.ts';
import { Placement } from './placement.ts';
import { Random } from './random.ts';
import { search } from './search.ts';
import { arrivals } from './terms/arrivals.ts';
import { fullness } from './terms/fullness.ts';
import { leave } from './terms/leave.ts';
import { overload } from './terms/overload.ts';

/** A placement with every term there is. */
function placementOf(seed: number): Placement {
  const fleet = buildFleet(randomFleet({ hosts: 6, domains: 40, seed, grouped: 1 }));
  const units = layUnits(fleet);
  const ones = new Float64Array(units.members.length).fill(1e9);
  return new Placement(units.problem, [
    ...units.rules,
    evenness(fleet, takingHosts(fleet)),
    evenness(fleet, takingHosts(fleet), 'ganeti'),
    movesByBytes(fleet, units),
    arrivals(ones, fleet.hosts.inBytesPerS, 1e-3),
    fullness(new Float64Array(fleet.resources).fill(0.1)),
    leave(
      new Set([0]),
      ones.map(() => 0.01),
    ),
    overload(
      new Float64Array(fleet.resources).fill(1e-9),
      fleet.hosts.capacity.map((all) => all / 2),
    ),
  ]);
}

test('what is added up in small steps is what comes out of nothing', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const placement = placementOf(seed);
      const random = new Random(seed);
      const { movable, hostCount } = placement.problem;
      for (let i = 0; i < 200; i++) {
        const domain = random.pick(movable) ?? 0;
        const from = placement.hostOf[domain] ?? 0;
        const to = random.below(hostCount);
        placement.remove(domain);
        const before = placement.cost();
        const price = placement.insertion(domain, to);
        placement.insert(domain, price === Number.POSITIVE_INFINITY ? from : to);
        if (price < Number.POSITIVE_INFINITY) expect(placement.cost() - before).toBeCloseTo(price, 2);
      }
      const kept = placement.cost();
      placement.recompute();
      expect(placement.cost()).toBeCloseTo(kept, 2);
    }),
    { numRuns: 20 },
  );
});

test.each([
  ['late', (placement: Placement) => lateAcceptance(100, placement.cost())],
  ['usual', (placement: Placement, random: Random) => usualAcceptance(placement, random)],
] as const)('search (%s) never ends worse than it began, and says what it costs', (_, accept) => {
  for (let seed = 1; seed < 6; seed++) {
    const placement = placementOf(seed);
    const before = placement.cost();
    const random = new Random(seed);
    const after = search(placement, {
      random,
      limit: { iterations: 2000 },
      acceptance: accept(placement, random),
      shares: { shift: 0.3, swap: 0.3, eject: 0.2, push: 0.1, ruin: 0.1 },
    });
    expect(after).toBeLessThanOrEqual(before);
    expect(placement.cost()).toBe(after);
  }
});
