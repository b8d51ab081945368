import { checkPlan } from '../check/check-plan.ts';
import { FleetError } from '../errors.ts';
import type { FleetSpec } from '../model/spec.ts';
import type { Plan } from '../plan.ts';

const NAMED_MAX = 10;

/**
 * Holds a plan that was made earlier against a fleet as it is now: each domain is where the plan takes it from, may go
 * where the plan takes it, and finds room there when it comes. Times and rates may have changed. Throws a FleetError,
 * `plan`, that names the moves that no longer hold.
 */
export function holdsNow(plan: Plan, fleet: FleetSpec): void {
  const where = new Map(fleet.domains.map(({ name, host }) => [name, host]));
  // A domain may move twice, over a third host: its first move counts.
  const first = new Map(plan.moves.toReversed().map((move) => [move.domain, move]));
  const astray = [...first.values()].filter(({ domain, from }) => where.get(domain) !== from).toReversed();
  const lost = new Set(astray.map(({ domain }) => domain));
  const problems = [
    ...astray.map(({ id, domain, from }) => {
      const now = where.get(domain);
      return `${id}: ${domain} is ${now === undefined ? 'gone' : `on ${now}`}, not on ${from}`;
    }),
    ...checkPlan(withoutRates(fleet), without(lost, plan)).map((one) => one.replace(/ at [\d.e+-]+ s:/, ':')),
  ];
  if (problems.length === 0) return;
  const more = problems.length > NAMED_MAX ? `; and ${problems.length - NAMED_MAX} more` : '';
  throw new FleetError(
    'plan',
    `the plan no longer fits the hosts as they are: ${problems.slice(0, NAMED_MAX).join('; ')}${more}`,
  );
}

function withoutRates(fleet: FleetSpec): FleetSpec {
  const any = Number.POSITIVE_INFINITY;
  return {
    ...fleet,
    ...{ setupS: 0, coreBytesPerS: any, movesAtOnce: any },
    hosts: fleet.hosts.map((host) => ({
      ...host,
      ...{ inBytesPerS: any, outBytesPerS: any, movesAtOnce: any },
    })),
    domains: fleet.domains.map((domain) => ({ ...domain, residentBytes: 0, localDiskBytes: 0 })),
  };
}

/** What those domains were to do is told already. */
function without(domains: ReadonlySet<string>, plan: Plan): Plan {
  const moves = plan.moves.filter(({ domain }) => !domains.has(domain));
  const ids = new Set(moves.map(({ id }) => id));
  return {
    ...plan,
    moves: moves.map((move) => ({ ...move, after: move.after.filter((id) => ids.has(id)) })),
    makespanS: Math.max(0, ...moves.map(({ endS }) => endS)),
    lowerBoundS: 0,
  };
}
