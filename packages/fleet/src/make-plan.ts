import { FleetError } from './errors.ts';
import { buildFleet } from './model/build.ts';
import { type Fleet, indexByName } from './model/fleet.ts';
import type { FleetSpec } from './model/spec.ts';
import { type BalanceOptions, balance } from './place/balance.ts';
import { type ConsolidateOptions, consolidate } from './place/consolidate.ts';
import { evacuate } from './place/evacuate.ts';
import { restore } from './place/restore.ts';
import type { Effort, Target } from './place/result.ts';
import type { Plan } from './plan.ts';
import { schedule } from './schedule/schedule.ts';

/** What is wanted of a fleet. */
export type PlanRequest =
  | { readonly goal: 'evacuate'; readonly hosts: readonly string[] }
  | {
      readonly goal: 'restore';
      readonly former: readonly { readonly domain: string; readonly host: string }[];
    }
  | ({ readonly goal: 'balance' } & Pick<BalanceOptions, 'threshold' | 'leastGain' | 'measure'>)
  | ({ readonly goal: 'consolidate' } & Pick<ConsolidateOptions, 'headroom' | 'surviveOne'>);

/**
 * Plans: where everything is to go, and when. Throws a FleetError where the request names what isn't there.
 *
 * Computes for as long as its effort says; where an event loop must stay free, see `planInThread`.
 */
export function makePlan(spec: FleetSpec, request: PlanRequest, effort: Effort): Plan {
  const fleet = buildFleet(spec);
  const avoid = request.goal === 'evacuate' ? indexesOf(fleet, request.hosts) : [];
  const target = targetOf(fleet, request, effort);
  return schedule(fleet, target, { seed: effort.seed, avoid: new Set(avoid) });
}

function targetOf(fleet: Fleet, request: PlanRequest, effort: Effort): Target {
  switch (request.goal) {
    case 'evacuate':
      return evacuate(fleet, indexesOf(fleet, request.hosts), effort);
    case 'restore':
      return restore(fleet, formerOf(fleet, request.former));
    case 'balance':
      return balance(fleet, { ...request, ...effort });
    case 'consolidate':
      return consolidate(fleet, { ...request, ...effort });
    default:
      return request satisfies never;
  }
}

function indexesOf({ hosts }: Fleet, names: readonly string[]): number[] {
  const index = indexByName(hosts.names);
  return [...new Set(names)].map((name) => known(index, name, 'host'));
}

function formerOf({ hosts, domains }: Fleet, former: readonly { domain: string; host: string }[]) {
  const [hostIndex, domainIndex] = [indexByName(hosts.names), indexByName(domains.names)];
  return new Map(
    former.map(({ domain, host }) => [known(domainIndex, domain, 'domain'), known(hostIndex, host, 'host')]),
  );
}

function known(index: ReadonlyMap<string, number>, name: string, what: 'host' | 'domain'): number {
  const found = index.get(name);
  if (found !== undefined) return found;
  const some = [...index.keys()].slice(0, 8).join(', ');
  throw new FleetError(
    'unknown',
    `no ${what} is called ${name}: there are ${some}${index.size > 8 ? ', …' : ''}`,
  );
}
