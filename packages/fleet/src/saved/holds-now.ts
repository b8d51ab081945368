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
  const any = Number.POSITIVE_INFINITY;
  const problems = checkPlan(
    {
      ...fleet,
      ...{ setupS: 0, coreBytesPerS: any, movesAtOnce: any },
      hosts: fleet.hosts.map((host) => ({
        ...host,
        ...{ inBytesPerS: any, outBytesPerS: any, movesAtOnce: any },
      })),
      domains: fleet.domains.map((domain) => ({ ...domain, residentBytes: 0, localDiskBytes: 0 })),
    },
    plan,
  );
  if (problems.length === 0) return;
  const more = problems.length > NAMED_MAX ? `; and ${problems.length - NAMED_MAX} more` : '';
  throw new FleetError(
    'plan',
    `the plan no longer fits the hosts as they are: ${problems.slice(0, NAMED_MAX).join('; ')}${more}`,
  );
}
