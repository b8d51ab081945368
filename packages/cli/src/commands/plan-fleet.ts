import type { PlanRequest } from '@virt-ferry/fleet';
import { resolveHost } from '../config/hosts.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { PLAN_BUDGET_MS } from '../fleet/plan-budget.ts';
import type { Io } from '../io.ts';
import { readText } from '../read-text.ts';
import { parsePercent } from '../units/percent.ts';
import { type LiveOptions, parseSeed } from './running.ts';
import { showPlan } from './show-plan.ts';

export interface BalanceOptions extends LiveOptions {
  readonly threshold: string;
  readonly leastGain: string;
}

export interface ConsolidateOptions extends LiveOptions {
  readonly headroom: string;
  readonly surviveOne?: boolean;
}

/** `ferry evacuate HOST…` */
export async function evacuate(names: readonly string[], options: LiveOptions, io: Io): Promise<number> {
  if (names.length === 0 && (options.plan === undefined || options.dryRun))
    throw new UsageError('no host to empty is named: ferry evacuate HOST…');
  if (options.inventory !== undefined) return planOn({ goal: 'evacuate', hosts: names }, options, io);
  const emptied = await Promise.all(names.map((name) => resolveHost(name, io.env)));
  const request = { goal: 'evacuate', hosts: emptied.map(({ name }) => name) } as const;
  return (await import('./run-fleet.ts')).runLive(request, options, io, emptied);
}

/** `ferry balance` */
export function balance(options: BalanceOptions, io: Io): Promise<number> {
  const threshold = parsePercent(options.threshold, '--threshold');
  const leastGain = parsePercent(options.leastGain, '--least-gain');
  return planOrRun({ goal: 'balance', threshold, leastGain }, options, io);
}

/** `ferry consolidate` */
export function consolidate(options: ConsolidateOptions, io: Io): Promise<number> {
  const headroom = parsePercent(options.headroom, '--headroom');
  return planOrRun({ goal: 'consolidate', headroom, surviveOne: options.surviveOne ?? false }, options, io);
}

async function planOrRun(request: PlanRequest, options: LiveOptions, io: Io): Promise<number> {
  if (options.inventory !== undefined) return planOn(request, options, io);
  return (await import('./run-fleet.ts')).runLive(request, options, io);
}

/** A plan on an inventory file. */
async function planOn(request: PlanRequest, options: LiveOptions, io: Io): Promise<number> {
  const { inventory = '', dryRun, plan: path } = options;
  if (!dryRun)
    throw new UsageError('a plan on an inventory file moves nothing: say so with --dry-run to see it');
  const seed = parseSeed(options.seed);
  const { planInThread, readInventory } = await import('@virt-ferry/fleet');
  const spec = readInventory(await readText(inventory), inventory);
  const stop = new AbortController();
  const listening = io.onInterrupt(() => stop.abort(new Error('stopped')));
  try {
    const made = await planInThread({ spec, request, seed, budgetMs: PLAN_BUDGET_MS }, stop.signal);
    if (path !== undefined)
      await (await import('./saved-plan.ts')).savePlan(path, { request, plan: made }, io);
    return showPlan(made, options, io);
  } catch (error) {
    if (stop.signal.aborted) return ExitCode.aborted;
    throw error;
  } finally {
    listening();
  }
}
