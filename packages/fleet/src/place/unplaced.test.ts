import { describe, expect, test } from 'vitest';
import { makePlan } from '../make-plan.ts';
import type { DomainSpec, FleetSpec } from '../model/spec.ts';
import { randomFleet } from '../testing/random-fleet.ts';

const base = randomFleet({ hosts: 3, domains: 12, seed: 2, grouped: 0, fill: 0.4 });
const victim = 'the-one';

/** A fleet whose first host has one domain of which there is something to say. */
function withVictim(change: Partial<DomainSpec>, more: Partial<FleetSpec> = {}): FleetSpec {
  const sample = base.domains[0];
  if (!sample) throw new Error('the fleet has no domains');
  const one: DomainSpec = {
    ...{
      ...sample,
      name: victim,
      host: 'host-0',
      pinned: false,
      notMovable: null,
      needs: [],
      localDiskBytes: 0,
    },
    ...change,
  };
  const others = base.domains
    .filter(({ host }) => host !== 'host-0')
    .map((domain) => ({ ...domain, pinned: true, notMovable: null }));
  return { ...base, domains: [one, ...others], ...more };
}

function reasonOf(fleet: FleetSpec): string | undefined {
  const plan = makePlan(fleet, { goal: 'evacuate', hosts: ['host-0'] }, { seed: 1, iterations: 50 });
  return plan.unplaced.find(({ domain }) => domain === victim)?.reason;
}

describe('what finds no place is named with the smallest reason', () => {
  const stays = base.domains.find(({ host }) => host === 'host-1')?.name ?? '';
  const other = base.domains.find(({ host }) => host === 'host-2')?.name ?? '';
  const apart = { name: 'g', kind: 'apart', domains: [victim, stays, other], zones: 1 } as const;
  test.each<[string, FleetSpec, RegExp | undefined]>([
    ['nothing to say', withVictim({}), undefined],
    ['pinned', withVictim({ pinned: true }), /^it is pinned to its host$/],
    ['preflight', withVictim({ notMovable: 'it has a PCI device' }), /^it has a PCI device$/],
    ['needs', withVictim({ needs: ['gold'] }), /^no other host has what it needs$/],
    ['only here', withVictim({ onlyOn: ['host-0'] }), /^no other host has what it needs$/],
    [
      'too large',
      withVictim({ memoryBytes: 2 ** 42 }),
      /^all 2 hosts that could take it lack memory: 4096\.0 GiB wanted, .* GiB free at most$/,
    ],
    [
      'too many vCPUs',
      withVictim({ vcpus: 5000 }),
      /^all 2 hosts that could take it lack vCPUs: 5000 wanted/,
    ],
    ['a group', withVictim({}, { groups: [apart] }), /^a group that it is in rules out all 2 hosts/],
  ])('%s', (_, fleet, says) => {
    if (says === undefined) expect(reasonOf(fleet)).toBeUndefined();
    else expect(reasonOf(fleet)).toMatch(says);
  });
});
