import { Placement, Random, search, usualAcceptance } from '@virt-ferry/fleet/search';
import { expect, test } from 'vitest';
import { readAssignment, readInstance } from './instance.ts';
import { judge } from './judge.ts';
import { asProblem } from './problem.ts';

/** A small instance with all that there is: transient and balanced resources, spread, dependencies, all move costs. */
function instanceText(random: Random): { model: string; assignment: string } {
  const machines = 6;
  const services = 5;
  const processes = 18;
  const words = (count: number, of: () => number) => Array.from({ length: count }, of).join(' ');
  const lines = ['2', '1 10', '0 5', String(machines)];
  // To stay costs nothing.
  const moveCosts = (from: number) =>
    Array.from({ length: machines }, (_, to) => (to === from ? 0 : random.below(3))).join(' ');
  for (let m = 0; m < machines; m++)
    lines.push(`${m % 2} ${m % 3} 100 120 ${words(2, () => 30 + random.below(30))} ${moveCosts(m)}`);
  lines.push(String(services));
  for (let s = 0; s < services; s++) lines.push(s === 0 ? '2 1 1' : '1 0');
  lines.push(String(processes));
  for (let p = 0; p < processes; p++)
    lines.push(`${p % services} ${words(2, () => 3 + random.below(12))} ${random.below(9)}`);
  lines.push('1', '0 1 2', '7', '1 10 100');
  // Six processes at most of a service on six machines: one after another, so that no two share one.
  const assignment = Array.from(
    { length: processes },
    (_, p) => Math.floor(p / services) + ((p % services) % 3),
  );
  return { model: lines.join('\n'), assignment: assignment.map((m) => m % machines).join(' ') };
}

test('the terms cost what the judge says, and the search keeps all rules', () => {
  let compared = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const random = new Random(seed);
    const { model, assignment } = instanceText(random);
    const [instance, start] = [readInstance(model), readAssignment(assignment)];
    const before = judge(instance, start, start);
    if (before.broken.length > 0) continue;
    const { problem, terms } = asProblem(instance, start);
    const placement = new Placement(problem, terms);
    expect(placement.cost()).toBe(before.cost);
    search(placement, { random, limit: { iterations: 400 }, acceptance: usualAcceptance(placement, random) });
    const after = judge(instance, start, placement.hostOf);
    expect(after).toEqual({ cost: placement.cost(), broken: [] });
    expect(after.cost).toBeLessThanOrEqual(before.cost);
    compared++;
  }
  expect(compared).toBeGreaterThan(5);
});

test('an instance that ends early is refused', () => {
  expect(() => readInstance('1 0 10 2 0 0')).toThrow('ends early');
});

test.each([
  ['capacity', [0, 0], 'capacity of machine 0'],
  ['a conflict', [1, 1], 'service 0 twice on a machine'],
])('the judge sees what is broken: %s', (_, after, says) => {
  const text = `1 0 1  2  0 0 10 5 0 0  0 1 99 5 0 0  1  1 0  2  0 8 1  0 8 1  0  1 1 1`;
  const { broken } = judge(readInstance(text), Int32Array.of(0, 1), Int32Array.from(after));
  expect(broken.join('; ')).toContain(says);
});
