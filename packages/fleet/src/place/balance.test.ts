import { expect, test } from 'vitest';
import { makePlan } from '../make-plan.ts';
import type { FleetSpec } from '../model/spec.ts';
import { plainDomain, plainHost } from '../testing/plain-spec.ts';

const GIB = 1024 ** 3;

/** Three hosts of 16 CPUs and 64 GiB; all that there is on the first, each with so many CPUs of load. */
function fleetWith(domains: number, cpuLoad: number): FleetSpec {
  const host = { cpus: 16, overcommit: 4, outBytesPerS: 1e9, inBytesPerS: 1e9, zone: 'z', movesAtOnce: 2 };
  return {
    hosts: ['alpha', 'beta', 'gamma'].map((name) => plainHost(name, host)),
    domains: Array.from({ length: domains }, (_, index) =>
      plainDomain(`d${index}`, 'alpha', GIB, { vcpus: 4, cpuLoad }),
    ),
    ...{ groups: [], coreBytesPerS: Number.POSITIVE_INFINITY, movesAtOnce: 8, setupS: 1 },
  };
}

const balance = (fleet: FleetSpec, threshold: number) =>
  makePlan(fleet, { goal: 'balance', threshold, leastGain: 0.05 }, { seed: 1, iterations: 500 });

test.each([
  [3, 1],
  [3, 4],
  [12, 0.5],
])(
  '%i domains that are all on one of three hosts are spread, also where they do little (%f CPUs each)',
  (domains, load) => {
    const plan = balance(fleetWith(domains, load), 0.05);
    expect(plan.moves).toHaveLength((domains / 3) * 2);
    expect(plan.score.after).toBeCloseTo(0);
  },
);

test('below the threshold nothing moves', () => {
  expect(balance(fleetWith(3, 1), 0.2)).toMatchObject({
    moves: [],
    notes: [expect.stringContaining('no host is busier than the mean by more than 20 %')],
  });
});
