import { describe, expect, test } from 'vitest';
import { makePlan } from '../make-plan.ts';
import type { FleetSpec } from '../model/spec.ts';
import type { Plan, PlannedMove } from '../plan.ts';
import { randomFleet } from '../testing/random-fleet.ts';
import { checkPlan } from './check-plan.ts';

const fleet = randomFleet({ hosts: 6, domains: 40, seed: 5, grouped: 0, fill: 0.6 });
const plan = makePlan(fleet, { goal: 'evacuate', hosts: ['host-0'] }, { seed: 1, iterations: 500 });
const first = plan.moves[0];

function moved(change: Partial<PlannedMove>): Plan {
  return { ...plan, moves: plan.moves.map((move) => (move === first ? { ...move, ...change } : move)) };
}

function withDomain(change: Partial<FleetSpec['domains'][number]>): FleetSpec {
  const change1 = (domain: FleetSpec['domains'][number]) =>
    domain.name === first?.domain ? { ...domain, ...change } : domain;
  return { ...fleet, domains: fleet.domains.map(change1) };
}

test('the plan itself is right', () => expect(checkPlan(fleet, plan)).toEqual([]));

describe('what is wrong is found', () => {
  test.each<[string, FleetSpec, Plan, string]>([
    ['from elsewhere', fleet, moved({ from: 'host-5', to: 'host-4' }), 'is not on host-5'],
    ['a pinned domain', withDomain({ pinned: true }), plan, 'is pinned'],
    ['one that is not movable', withDomain({ notMovable: 'no' }), plan, "can't be moved: no"],
    ['where it may not be', withDomain({ onlyOn: ['host-0'] }), plan, 'may not be on'],
    ['without what it needs', withDomain({ needs: ['gold'] }), plan, 'needs gold'],
    ['too large', withDomain({ memoryBytes: 2 ** 50 }), plan, 'of memory'],
    ['too many vCPUs', withDomain({ vcpus: 1000 }), plan, 'of vCPUs'],
    ['too few bytes', fleet, moved({ bytes: 1 }), 'sends 1 bytes'],
    ['faster than its link', fleet, moved({ endS: (first?.startS ?? 0) + 1.01 }), 'bytes/s'],
    ['waits for nothing', fleet, moved({ after: ['m99'] }), 'waits for m99, which is not there'],
    ['another makespan', fleet, { ...plan, makespanS: 1e6 }, 'the makespan is'],
    ['a bound above it', fleet, { ...plan, lowerBoundS: 1e6 }, 'the bound of'],
    ['a group broken', { ...fleet, groups: broken() }, plan, '(together) is broken'],
  ])('%s', (_, spec, made, says) => {
    expect(checkPlan(spec, made).join('\n')).toContain(says);
  });

  /** A group of two that leave one host for two others. */
  function broken(): FleetSpec['groups'] {
    const other = plan.moves.find(({ to }) => to !== first?.to);
    const names = [first?.domain ?? '', other?.domain ?? ''];
    return [{ name: 'g', kind: 'together', domains: names, zones: 1 }];
  }
});
