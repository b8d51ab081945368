import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPlan } from './check/check-plan.ts';
import { makePlan, type PlanRequest } from './make-plan.ts';
import type { FleetSpec } from './model/spec.ts';
import { simulate } from './simulate/simulate.ts';
import { randomFleet } from './testing/random-fleet.ts';

const EFFORT = { seed: 1, iterations: 150 };

/** Fleets by their shape, which is short to read where one fails. */
const shapes = fc.record({
  hosts: fc.integer({ min: 2, max: 9 }),
  each: fc.integer({ min: 1, max: 9 }),
  seed: fc.integer(),
  grouped: fc.constantFrom(0, 0.4, 1),
  skew: fc.constantFrom(0, 0.7, 1),
  fill: fc.constantFrom(0.6, 0.9, 1),
});

function fleetOf({ each, ...shape }: typeof shapes extends fc.Arbitrary<infer T> ? T : never): FleetSpec {
  return randomFleet({ ...shape, domains: shape.hosts * each });
}

function requests(fleet: FleetSpec): PlanRequest[] {
  const first = fleet.hosts.slice(0, 1 + (fleet.hosts.length >> 2)).map(({ name }) => name);
  return [
    { goal: 'evacuate', hosts: first },
    { goal: 'balance', threshold: 0.02, leastGain: 0.01 },
    { goal: 'consolidate', headroom: 0 },
    { goal: 'consolidate', headroom: 0.1, surviveOne: true },
  ];
}

test('no plan breaks a capacity, a group or a pin at any time, and each can be carried out', () => {
  fc.assert(
    fc.property(shapes, fc.integer(), (shape, seed) => {
      const fleet = fleetOf(shape);
      for (const request of requests(fleet)) {
        const plan = makePlan(fleet, request, { ...EFFORT, seed });
        expect(checkPlan(fleet, plan)).toEqual([]);
        const run = simulate(plan, { seed, noise: 0.3 });
        expect(run.moves.every(({ result }) => result === 'moved')).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
}, 30_000);

test('the same seed gives the same plan', () => {
  const fleet = randomFleet({ hosts: 8, domains: 60, seed: 7 });
  for (const request of requests(fleet))
    expect(makePlan(fleet, request, EFFORT)).toEqual(makePlan(fleet, request, EFFORT));
});

describe('evacuate', () => {
  test('leaves nothing behind but what is named', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const fleet = fleetOf(shape);
        const plan = makePlan(fleet, { goal: 'evacuate', hosts: ['host-0'] }, EFFORT);
        const named = new Set(plan.unplaced.map(({ domain }) => domain));
        const gone = new Set(plan.moves.map(({ domain }) => domain));
        for (const { name, host } of fleet.domains)
          if (host === 'host-0') expect([name, named.has(name) || gone.has(name)]).toEqual([name, true]);
      }),
      { numRuns: 25 },
    );
  });

  test('and back again', () => {
    const fleet = randomFleet({ hosts: 6, domains: 30, seed: 3, fill: 0.6 });
    const away = makePlan(fleet, { goal: 'evacuate', hosts: ['host-0'] }, EFFORT);
    const to = new Map(away.moves.map((move) => [move.domain, move.to]));
    const after = {
      ...fleet,
      domains: fleet.domains.map((domain) => ({ ...domain, host: to.get(domain.name) ?? domain.host })),
    };
    const former = away.moves.map(({ domain, from }) => ({ domain, host: from }));
    const back = makePlan(after, { goal: 'restore', former }, EFFORT);
    expect(checkPlan(after, back)).toEqual([]);
    expect(back.unplaced).toEqual([]);
    expect(new Set(back.moves.map(({ domain, to: host }) => `${domain} ${host}`))).toEqual(
      new Set(former.map(({ domain, host }) => `${domain} ${host}`)),
    );
  });
});
