import type { Fleet } from '../model/fleet.ts';
import type { Units } from '../place/units.ts';

/** What may be chosen: for each unit that may move, the hosts that it can be on. */
export type Choices = ReadonlyMap<number, readonly number[]>;

/** Bytes that move decide only among placements on equally many hosts: all of them together weigh half a host. */
const MOVES_WEIGH = 0.5;

/** A unit is on a host. */
export const x = (unit: number, host: number) => `x${unit}_${host}`;
/** A host is in use. */
const y = (host: number) => `y${host}`;

/**
 * The integer program of the fewest hosts, in the LP format of CPLEX:
 *
 *   min Σ y_h + ½ · share of bytes that move        x_uh: unit u is on host h,  y_h: h is in use
 *   Σ_h x_uh = 1        Σ_u demand_u · x_uh ≤ capacity_h · y_h, for each resource        x_uh ≤ y_h
 *   Σ_{u in g} x_uh ≤ 1, for each group g that is to be apart, or as many as are there now
 */
export function programOf(fleet: Fleet, units: Units, hosts: readonly number[], choices: Choices): string {
  const rows = [
    ...[...choices].map(([unit, allowed]) => `${sum(allowed.map((host) => x(unit, host)))} = 1`),
    ...hosts.flatMap((host) => rowsOf(fleet, units, host, choices)),
  ];
  const variables = [
    ...hosts.map(y),
    ...[...choices].flatMap(([unit, allowed]) => allowed.map((host) => x(unit, host))),
  ];
  return [
    ...['Minimize', `obj: ${objective(fleet, units, hosts, choices)}`],
    ...['Subject To', ...rows.map((row, at) => `r${at}: ${row}`)],
    ...['Binary', ...variables, 'End', ''],
  ].join('\n');
}

function objective(
  { domains }: Fleet,
  { problem, members }: Units,
  hosts: readonly number[],
  choices: Choices,
): string {
  const bytesOf = (unit: number) =>
    (members[unit] ?? []).reduce((bytes, domain) => bytes + (domains.residentBytes[domain] ?? 0), 0);
  const all = [...choices.keys()].reduce((bytes, unit) => bytes + bytesOf(unit), 0) || 1;
  const moves = [...choices].flatMap(([unit, allowed]) =>
    allowed
      .filter((host) => host !== problem.start[unit])
      .map((host) => `${number((MOVES_WEIGH * bytesOf(unit)) / all)} ${x(unit, host)}`),
  );
  return sum([...hosts.map(y), ...moves]);
}

function rowsOf({ groups }: Fleet, { problem, unitOf }: Units, host: number, choices: Choices): string[] {
  const { resources, demand, capacity, start } = problem;
  const may = [...choices].filter(([, allowed]) => allowed.includes(host)).map(([unit]) => unit);
  const stay = [...start.keys()].filter((unit) => start[unit] === host && !choices.has(unit));
  const rows = may.map((unit) => `${x(unit, host)} - ${y(host)} <= 0`);
  if (stay.length > 0) rows.push(`${y(host)} = 1`);
  for (let r = 0; r < resources; r++) {
    const of = (unit: number) => demand[unit * resources + r] ?? 0;
    const wanting = may.filter((unit) => of(unit) > 0);
    if (wanting.length === 0) continue;
    const taken = total(stay.map(of));
    // What is there now may be more than there should be.
    const had = taken + total(may.filter((unit) => start[unit] === host).map(of));
    const most = Math.max(capacity[host * resources + r] ?? 0, had) || 1;
    const parts = wanting.map((unit) => `${number(of(unit) / most)} ${x(unit, host)}`);
    rows.push(`${sum(parts)} - ${number(1 - taken / most)} ${y(host)} <= 0`);
  }
  for (const { kind, domains } of groups) {
    if (kind !== 'apart') continue;
    const group = new Set(domains.map((domain) => unitOf[domain] ?? 0));
    const now = [...group].filter((unit) => start[unit] === host).length;
    const most = Math.max(1, now) - stay.filter((unit) => group.has(unit)).length;
    const some = may.filter((unit) => group.has(unit));
    if (some.length > most) rows.push(`${sum(some.map((unit) => x(unit, host)))} <= ${most}`);
  }
  return rows;
}

const total = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
/** A line of the format may not be long. */
const sum = (parts: readonly string[]) => parts.join('\n + ');
const number = (value: number) => value.toPrecision(12);
