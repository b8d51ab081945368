/**
 * Carries out what is wanted of hosts: plans, moves, and plans anew for what did not move, elsewhere, as long as that
 * gets anywhere.
 *
 *   look at all hosts ──► plan ──► agreed? ──► moves ──► something failed? ──► look again, without the places that failed
 *
 * Once it is agreed it is a run in the journal: each move is written before it begins, and how it ended after it. What a
 * killed Ferry leaves is carried on from there (carry-on.ts).
 */
import type { NewRunEntry, OwnRun, RunOutcome } from '@virt-ferry/engine';
import { type Ended, type Plan, type PlannedMove, runPlan } from '@virt-ferry/fleet';
import type { Ground, Wanted } from './ground.ts';
import { moveOne } from './move-one.ts';
import { planNow } from './plan-now.ts';

/** A move that fails here and there and there again fails for a reason that no plan knows. */
const ROUNDS_MAX = 3;

/** Who watches it. */
export interface Audience {
  /** Whether the plan may be carried out. */
  planned(plan: Plan, round: number): Promise<boolean>;
  began(move: PlannedMove): void;
  ended(move: PlannedMove, how: Ended): void;
}

/** How it ended; `uncertain`: it is left open, as it can't be known where a domain is. */
export interface CarriedOut extends Omit<RunOutcome, 'result'> {
  readonly result: RunOutcome['result'] | 'declined' | 'uncertain';
}

/** The run in the journal. `begin` is called before the first move, and not at all where there is none. */
export interface Journaling {
  readonly begin: () => Promise<OwnRun>;
}

export async function carryOut(
  wanted: Wanted,
  ground: Ground,
  { begin }: Journaling,
  audience: Audience,
): Promise<CarriedOut> {
  const barred = new Map<string, Set<string>>();
  const moved: string[] = [];
  for (let round = 1; ; round++) {
    const plan = await planNow(wanted, ground, barred);
    if (!(await audience.planned(plan, round))) return { result: 'declined', moved, stays: [] };
    if (plan.moves.length === 0) return ending(plan.unplaced.length > 0 ? 'blocked' : 'done', plan.unplaced);
    const own = await begin();
    await own.append(planEntry(plan));
    const stop = AbortSignal.any([ground.stop, own.stopped]);
    const ended = await runPlan(plan, {
      move: (move) => moveOne(move, own, ground),
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
    if (those('uncertain').length > 0) return ending('uncertain', stays);
    if (stop.aborted) return ending('aborted', stays);
    if (those('failed', 'skipped').length === 0) return ending(stays.length > 0 ? 'blocked' : 'done', stays);
    if (round === ROUNDS_MAX || wanted.kind === 'plan') return ending('failed', stays);
    for (const { domain, to } of those('failed'))
      barred.set(domain, (barred.get(domain) ?? new Set()).add(to));
  }

  function ending(result: CarriedOut['result'], stays: RunOutcome['stays']): CarriedOut {
    return { result, moved, stays };
  }
}

function planEntry({ moves, unplaced }: Plan): NewRunEntry {
  return { kind: 'plan', moves: moves.map(({ domain, from, to }) => ({ domain, from, to })), unplaced };
}
