/**
 * Empties hosts: plans, moves, and plans anew for what did not move, elsewhere, as long as that gets anywhere.
 *
 *   look at all hosts ──► plan ──► agreed? ──► moves ──► something failed? ──► look again, without the places that failed
 */
import type { HostRef, Outcome, RealEnv } from '@virt-ferry/engine';
import { type Ended, type Plan, type PlannedMove, planInThread, runPlan } from '@virt-ferry/fleet';
import { parseMoveOptions } from '../commands/move-options.ts';
import type { Engine } from '../engine.ts';
import { readLiveFleet } from './live-fleet.ts';
import { PLAN_BUDGET_MS } from './plan-budget.ts';

/** A move that fails here and there and there again fails for a reason that no plan knows. */
const ROUNDS_MAX = 3;

export interface Evacuation {
  /** All, those to be emptied among them. */
  readonly hosts: readonly HostRef[];
  readonly emptied: readonly HostRef[];
  readonly engine: Engine;
  readonly env: RealEnv;
  readonly seed: number;
  /** Aborted: nothing more is begun. */
  readonly stop: AbortSignal;
  /** Aborted: what runs is aborted, too. */
  readonly abort: AbortSignal;
}

/** Who watches it. */
export interface Audience {
  /** Whether the plan may be carried out. */
  planned(plan: Plan, round: number): Promise<boolean>;
  began(move: PlannedMove): void;
  ended(move: PlannedMove, how: Ended): void;
}

export interface Evacuated {
  readonly result: 'done' | 'declined' | 'blocked' | 'failed' | 'uncertain' | 'aborted';
  readonly moved: readonly string[];
  readonly stays: readonly { readonly domain: string; readonly reason: string }[];
}

export async function evacuateHosts(evacuation: Evacuation, audience: Audience): Promise<Evacuated> {
  const { stop } = evacuation;
  const barred = new Map<string, Set<string>>();
  const moved: string[] = [];
  for (let round = 1; ; round++) {
    const plan = await planNow(evacuation, barred);
    if (!(await audience.planned(plan, round))) return { result: 'declined', moved, stays: [] };
    const ended = await runPlan(plan, {
      move: (move) => moveOne(move, evacuation),
      onStart: audience.began,
      onEnd: audience.ended,
      signal: stop,
    });
    const those = (...results: Ended['result'][]) =>
      plan.moves.filter(({ id }) => results.some((result) => result === ended.get(id)?.result));
    moved.push(...those('moved').map(({ domain }) => domain));
    const stays = [
      ...plan.unplaced,
      ...those('failed', 'uncertain', 'skipped').map(({ id, domain }) => ({
        domain,
        reason: ended.get(id)?.reason ?? '',
      })),
    ];
    if (those('uncertain').length > 0) return { result: 'uncertain', moved, stays };
    if (stop.aborted) return { result: 'aborted', moved, stays };
    if (those('failed', 'skipped').length === 0)
      return { result: stays.length > 0 ? 'blocked' : 'done', moved, stays };
    if (round === ROUNDS_MAX) return { result: 'failed', moved, stays };
    for (const { domain, to } of those('failed'))
      barred.set(domain, (barred.get(domain) ?? new Set()).add(to));
  }
}

/** A plan for the hosts as they are now. */
export async function planNow(
  { hosts, emptied, engine, env, seed, stop }: Evacuation,
  barred: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): Promise<Plan> {
  const { spec, notes } = await readLiveFleet(hosts, emptied, engine, env, barred);
  const request = { goal: 'evacuate', hosts: emptied.map(({ name }) => name) } as const;
  const plan = await planInThread({ spec, request, seed, budgetMs: PLAN_BUDGET_MS }, stop);
  return { ...plan, notes: [...plan.notes, ...notes] };
}

/** As `ferry migrate` does it without an option. */
const PLAIN = parseMoveOptions({
  ...{
    to: '',
    probe: 'none',
    method: 'pre-copy',
    commit: 'strict',
    copyStorage: 'auto',
    sourceDisks: 'keep',
  },
});

/** Preflight looks once more, at both hosts as they are by then. */
async function moveOne({ domain, from, to }: PlannedMove, evacuation: Evacuation): Promise<Ended> {
  const { hosts, engine, env, abort } = evacuation;
  const [source, destination] = [from, to].map((name) => hosts.find((one) => one.name === name));
  if (source === undefined || destination === undefined) throw new Error(`${from} or ${to} is no host`);
  const moving = engine.migrate({ ...PLAIN, domain, source, destination }, env, abort);
  for (;;) {
    const step = await moving.next();
    if (step.done) return endedBy(step.value);
  }
}

function endedBy({ result, reason, operationId }: Outcome): Ended {
  if (result === 'migrated') return { result: 'moved', reason };
  if (result !== 'uncertain') return { result: 'failed', reason };
  return { result: 'uncertain', reason: `${reason}; see: ferry recover ${operationId}` };
}
