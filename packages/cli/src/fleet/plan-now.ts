import { holdsNow, type Plan, type PlanRequest, planInThread } from '@virt-ferry/fleet';
import type { Ground, Wanted } from './ground.ts';
import { type Barred, readLiveFleet } from './live-fleet.ts';
import { PLAN_BUDGET_MS } from './plan-budget.ts';
import { scopeOf } from './scope.ts';

/**
 * A plan for the hosts as they are now. Throws a FleetError, `plan`, where one that was saved no longer fits them.
 */
export async function planNow(
  wanted: Wanted,
  { hosts, engine, env, seed, stop, windowMs }: Ground,
  barred: Barred = new Map(),
): Promise<Plan> {
  const { request } = wanted;
  const fleet = await readLiveFleet(hosts, scopeOf(request, hosts), windowMs, engine, env, barred);
  if (wanted.kind === 'plan') {
    holdsNow(wanted.plan, fleet.spec);
    return wanted.plan;
  }
  const { spec } = fleet;
  const { here, gone } = request.goal === 'restore' ? present(request, spec) : { here: request, gone: [] };
  const plan = await planInThread({ spec, request: here, seed, budgetMs: PLAN_BUDGET_MS }, stop);
  return { ...plan, unplaced: [...plan.unplaced, ...gone], notes: [...plan.notes, ...fleet.notes] };
}

/** A domain can be gone by the time when it is to be taken back, and so can its host. */
function present(
  request: Extract<PlanRequest, { goal: 'restore' }>,
  { hosts, domains }: Parameters<typeof holdsNow>[1],
) {
  const names = new Set(hosts.map(({ name }) => name));
  const running = new Set(domains.map(({ name }) => name));
  const lacks = ({ domain, host }: (typeof request.former)[number]) => {
    if (!running.has(domain)) return 'it runs on none of the hosts that answer';
    return names.has(host) ? null : `${host}, where it came from, does not answer`;
  };
  return {
    here: { ...request, former: request.former.filter((one) => lacks(one) === null) },
    gone: request.former.flatMap((one) => {
      const reason = lacks(one);
      return reason === null ? [] : [{ domain: one.domain, reason }];
    }),
  };
}
