import { expect, test } from 'vitest';
import { makePlan } from '../make-plan.ts';
import type { FleetSpec } from '../model/spec.ts';
import { randomFleet } from '../testing/random-fleet.ts';
import { holdsNow } from './holds-now.ts';

const before = randomFleet({ hosts: 4, domains: 12, seed: 3, grouped: 0, skew: 0, fill: 0.5 });
const [alpha] = before.hosts.map(({ name }) => name);
const plan = makePlan(
  before,
  { goal: 'evacuate', hosts: [alpha ?? ''] },
  ...([{ seed: 1, iterations: 100 }] as const),
);
const [move] = plan.moves;
if (move === undefined) throw new Error('the plan has no moves');

const changed = (
  domain: Partial<FleetSpec['domains'][number]>,
  host: Partial<FleetSpec['hosts'][number]> = {},
) => ({
  ...before,
  domains: before.domains.map((one) => (one.name === move.domain ? { ...one, ...domain } : one)),
  hosts: before.hosts.map((one) => (one.name === move.to ? { ...one, ...host } : one)),
});

test('a plan holds of the fleet that it was made for, also where its links and what domains write are other by now', () => {
  expect(() => holdsNow(plan, before)).not.toThrow();
  const slower = changed({ residentBytes: 9e9, dirtyBytesPerS: 1e9 }, { inBytesPerS: 1, movesAtOnce: 1 });
  expect(() => holdsNow(plan, slower)).not.toThrow();
});

test.each([
  [
    'a domain is elsewhere',
    changed({ host: move.to }),
    `${move.id}: ${move.domain} is on ${move.to}, not on ${move.from}`,
  ],
  [
    'a domain may not go there',
    changed({ onlyOn: [move.from] }),
    `${move.id}: ${move.domain} may not be on ${move.to}`,
  ],
  ['there is no room', changed({}, { memoryBytes: 1 }), `${move.id}: ${move.to} has 1 of memory`],
  [
    'a domain is gone',
    { ...before, domains: before.domains.filter(({ name }) => name !== move.domain) },
    `${move.id}: ${move.domain} is gone, not on ${move.from}`,
  ],
])('it does not where %s', (_, now, says) => {
  expect(() => holdsNow(plan, now)).toThrow(says);
});
