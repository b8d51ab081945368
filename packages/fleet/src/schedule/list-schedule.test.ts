import { describe, expect, test } from 'vitest';
import { checkPlan } from '../check/check-plan.ts';
import { buildFleet } from '../model/build.ts';
import type { DomainSpec, FleetSpec, GroupSpec, HostSpec } from '../model/spec.ts';
import type { Target } from '../place/result.ts';
import { plainDomain, plainHost } from '../testing/plain-spec.ts';
import { schedule } from './schedule.ts';

const GIB = 1024 ** 3;

const host = (name: string, memoryGiB: number, change: Partial<HostSpec> = {}) =>
  plainHost(name, { memoryBytes: memoryGiB * GIB, ...change });

const domain = (name: string, on: string, memoryGiB: number, change: Partial<DomainSpec> = {}) =>
  plainDomain(name, on, memoryGiB * GIB, change);

/** Schedules moves to given hosts, and has the plan checked. */
function plan(
  hosts: HostSpec[],
  domains: DomainSpec[],
  to: Record<string, string>,
  more: Partial<FleetSpec> = {},
) {
  const spec: FleetSpec = {
    ...{ hosts, domains, groups: [], coreBytesPerS: Number.POSITIVE_INFINITY, movesAtOnce: 64, setupS: 0 },
    ...more,
  };
  const fleet = buildFleet(spec);
  const names = hosts.map(({ name }) => name);
  const target: Target = {
    ...{
      goal: 'balance',
      reasonOf: () => '',
      unplaced: [],
      notes: [],
      score: { name: '', before: 0, after: 0 },
    },
    hostOf: Int32Array.from(domains, ({ name, host: on }) => names.indexOf(to[name] ?? on)),
  };
  const made = schedule(fleet, target, { seed: 1 });
  expect(checkPlan(spec, made)).toEqual([]);
  return made;
}

describe('links', () => {
  const hosts = [host('a', 64), host('b', 64), host('c', 64)];
  test('one source sends one after another, at its full rate', () => {
    const made = plan(hosts, [domain('x', 'a', 4), domain('y', 'a', 2)], { x: 'b', y: 'c' });
    expect(made).toMatchObject({ makespanS: 6, lowerBoundS: 6 });
  });
  test('two sources send at once', () => {
    const made = plan(hosts, [domain('x', 'a', 4), domain('y', 'b', 4)], { x: 'b', y: 'a' });
    expect(made).toMatchObject({ makespanS: 4, lowerBoundS: 4 });
  });
  test('the core is shared', () => {
    const made = plan(
      hosts,
      [domain('x', 'a', 4), domain('y', 'b', 4)],
      { x: 'b', y: 'a' },
      { coreBytesPerS: GIB },
    );
    expect(made).toMatchObject({ makespanS: 8, lowerBoundS: 8 });
  });
  test('a limit on all moves', () => {
    const made = plan(
      hosts,
      [domain('x', 'a', 4), domain('y', 'b', 4)],
      { x: 'b', y: 'a' },
      { movesAtOnce: 1 },
    );
    expect(made).toMatchObject({ makespanS: 8, lowerBoundS: 8 });
  });
  test('a guest that dirties memory is sent again in part', () => {
    const busy = domain('x', 'a', 4, { dirtyBytesPerS: GIB / 2 });
    expect(plan(hosts, [busy], { x: 'b' }).moves[0]).toMatchObject({ bytes: 8 * GIB, endS: 8 });
  });
});

describe('room', () => {
  test('a move waits for what must leave its destination first, and says so', () => {
    const hosts = [host('a', 8), host('b', 8), host('c', 8)];
    const made = plan(hosts, [domain('x', 'a', 6), domain('y', 'b', 6)], { x: 'b', y: 'c' });
    const [first, second] = made.moves;
    expect([first?.domain, second?.domain, second?.after]).toEqual(['y', 'x', [first?.id]]);
  });
  test('two that want each other’s place: one waits on a third host', () => {
    const hosts = [host('a', 8), host('b', 8), host('c', 8)];
    const made = plan(hosts, [domain('x', 'a', 6), domain('y', 'b', 5)], { x: 'b', y: 'a' });
    expect(made.moves.map(({ domain: name, to }) => `${name} ${to}`)).toEqual(['y c', 'x b', 'y a']);
    expect(made.moves[2]?.after).toEqual(['m2', 'm1']);
  });
  test('without a third host they stay, and that is said', () => {
    const made = plan([host('a', 8), host('b', 8)], [domain('x', 'a', 6), domain('y', 'b', 5)], {
      x: 'b',
      y: 'a',
    });
    expect(made.moves).toEqual([]);
    expect(made.unplaced).toHaveLength(2);
    expect(made.unplaced[0]?.reason).toContain('does not get free');
  });
});

describe('groups', () => {
  const hosts = [host('a', 64), host('b', 64), host('c', 64)];
  const two = [domain('x', 'a', 4), domain('y', 'b', 4)];
  const group = (kind: GroupSpec['kind']): Partial<FleetSpec> => ({
    groups: [{ name: 'g', kind, domains: ['x', 'y'], zones: 2 }],
  });
  test('no two of one group move at once', () => {
    expect(plan(hosts, two, { x: 'c', y: 'a' }, group('apart'))).toMatchObject({
      makespanS: 8,
      lowerBoundS: 8,
    });
  });
  test('nothing comes to a host that one of its group has not left yet', () => {
    const made = plan(hosts, two, { x: 'b', y: 'c' }, group('apart'));
    expect(made.moves.map(({ domain: name }) => name)).toEqual(['y', 'x']);
    expect(made.moves[1]?.after).toEqual(['m1']);
  });
  test('zones are not lost on the way', () => {
    const made = plan(hosts, two, { x: 'b', y: 'c' }, group('spread'));
    expect(made.moves.map(({ domain: name }) => name)).toEqual(['y', 'x']);
  });
});
