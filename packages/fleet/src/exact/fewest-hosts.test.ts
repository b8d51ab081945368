import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPlan } from '../check/check-plan.ts';
import { makePlan } from '../make-plan.ts';
import { buildFleet } from '../model/build.ts';
import type { FleetSpec } from '../model/spec.ts';
import { takingHosts } from '../place/evenness.ts';
import { layUnits } from '../place/units.ts';
import { randomFleet } from '../testing/random-fleet.ts';
import { fewestHostsExactly } from './fewest-hosts.ts';
import { loadSolver } from './solver.ts';

const solver = await loadSolver();
const LIMIT_S = 30;

function exactly(spec: FleetSpec) {
  const fleet = buildFleet(spec);
  return fewestHostsExactly(fleet, layUnits(fleet), takingHosts(fleet), solver, LIMIT_S);
}

/** The fewest hosts of a fleet without groups, by trying every placement. */
function byTrial({ hosts, domains }: FleetSpec): number {
  let fewest = hosts.length;
  const used = hosts.map(() => ({ vcpus: 0, memoryBytes: 0, localDiskBytes: 0, domains: 0 }));
  const place = (at: number, inUse: number): void => {
    if (inUse >= fewest) return;
    const domain = domains[at];
    if (domain === undefined) {
      fewest = inUse;
      return;
    }
    hosts.forEach((host, index) => {
      const use = used[index];
      if (use === undefined) return;
      const may =
        domain.pinned || domain.notMovable !== null
          ? domain.host === host.name
          : domain.needs.every((need) => host.has.includes(need));
      const fits =
        use.vcpus + domain.vcpus <= host.cpus * host.overcommit &&
        use.memoryBytes + domain.memoryBytes <= host.memoryBytes &&
        use.localDiskBytes + domain.localDiskBytes <= host.diskBytes;
      if (!may || !fits) return;
      for (const what of ['vcpus', 'memoryBytes', 'localDiskBytes'] as const) use[what] += domain[what];
      place(at + 1, inUse + Number(use.domains++ === 0));
      use.domains--;
      for (const what of ['vcpus', 'memoryBytes', 'localDiskBytes'] as const) use[what] -= domain[what];
    });
  };
  place(0, 0);
  return fewest;
}

test('no other placement has fewer hosts', () => {
  let emptied = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 2, max: 8 }),
      fc.integer(),
      (hosts, domains, seed) => {
        const spec = randomFleet({ hosts, domains, seed, grouped: 0, fill: 0.7 });
        const found = exactly(spec);
        expect(found).toMatchObject({ hosts: byTrial(spec), proven: true });
        emptied += new Set(spec.domains.map(({ host }) => host)).size - (found?.hosts ?? 0);
      },
    ),
    { numRuns: 60 },
  );
  expect(emptied).toBeGreaterThan(20);
});

describe('consolidate with it', () => {
  const request = { goal: 'consolidate', headroom: 0.1 } as const;
  const EFFORT = { seed: 1, iterations: 150 };

  test('needs no more hosts, breaks nothing, and says what the fewest are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 8 }), fc.integer(), (hosts, seed) => {
        const spec = randomFleet({ hosts, domains: 5 * hosts, seed, fill: 0.8 });
        const plain = makePlan(spec, request, EFFORT);
        const exact = makePlan(spec, request, { ...EFFORT, solver });
        expect(checkPlan(spec, exact)).toEqual([]);
        expect(exact.score.after).toBeLessThanOrEqual(plain.score.after);
        expect(exact.score.bound ?? 0).toBeGreaterThanOrEqual(plain.score.bound ?? 0);
        expect(exact.score.bound ?? 0).toBeLessThanOrEqual(exact.score.after);
      }),
      { numRuns: 15 },
    );
  });

  test('a solver that finds nothing changes nothing', () => {
    const spec = randomFleet({ hosts: 6, domains: 30, seed: 5 });
    expect(makePlan(spec, request, { ...EFFORT, solver: () => null })).toEqual(
      makePlan(spec, request, EFFORT),
    );
  });
});

test('a group that has to be spread, or a large fleet, is left to the search', () => {
  const spec = randomFleet({ hosts: 8, domains: 40, seed: 5, grouped: 0 });
  const names = spec.domains.slice(0, 2).map(({ name }) => name);
  const spread = { name: 'g', kind: 'spread', domains: names, zones: 1 } as const;
  expect(exactly({ ...spec, groups: [spread] })).toBeNull();
  expect(exactly(randomFleet({ hosts: 40, domains: 400, seed: 5, grouped: 0 }))).toBeNull();
});
