import type { Fleet } from '../model/fleet.ts';
import type { Units } from '../place/units.ts';
import { type Choices, programOf, x } from './program.ts';
import type { Solver } from './solver.ts';

/** A placement on as few hosts as there can be, as far as the solver got. */
export interface FewestHosts {
  /** Where each unit is. */
  readonly hostOf: Int32Array;
  readonly hosts: number;
  /** There is none with fewer hosts. */
  readonly proven: boolean;
}

/** So many choices of a host for a unit are solved within seconds, mostly. */
const MOST_CHOICES = 4000;

/**
 * Seeks the placement on the fewest hosts, and of those the one that moves least. `null` where the fleet is too large, a
 * group has to be spread, of which the program knows nothing, or nothing was found in time.
 */
export function fewestHostsExactly(
  fleet: Fleet,
  units: Units,
  hosts: readonly number[],
  solve: Solver,
  limitS: number,
): FewestHosts | null {
  const { start, movable, allows } = units.problem;
  const taking = new Set(hosts);
  const here = movable.filter((unit) => taking.has(start[unit] ?? -1));
  const isSpread = fleet.groups.some(({ kind }) => kind === 'spread');
  if (isSpread || here.length * hosts.length > MOST_CHOICES) return null;
  const choices: Choices = new Map(
    [...here].map((unit) => [unit, hosts.filter((host) => host === start[unit] || allows(unit, host))]),
  );
  const solution = solve(programOf(fleet, units, hosts, choices), limitS);
  if (solution === null) return null;
  const hostOf = Int32Array.from(start);
  for (const [unit, allowed] of choices) {
    const to = allowed.find((host) => (solution.values.get(x(unit, host)) ?? 0) > 0.5);
    if (to === undefined) return null;
    hostOf[unit] = to;
  }
  const used = new Set(hostOf);
  return { hostOf, hosts: hosts.filter((host) => used.has(host)).length, proven: solution.optimal };
}
