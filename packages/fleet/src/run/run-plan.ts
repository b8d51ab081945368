/**
 * Carries a plan out: each move starts once all that it waits for is over.
 *
 *   waiting ──► running ──► moved | failed | uncertain (where it is can't be known)
 *      └─ what it needed did not move, or nothing more is to start ──► skipped
 */
import type { Plan, PlannedMove } from '../plan.ts';
import { waitsOf } from './waits.ts';

/** How a move ended. */
export interface Ended {
  readonly result: 'moved' | 'failed' | 'uncertain' | 'skipped';
  /** Why not; empty where it moved. */
  readonly reason: string;
}

export interface RunOptions {
  /** Moves one domain. A rejection is a failure. */
  readonly move: (move: PlannedMove) => Promise<Ended>;
  readonly onStart?: (move: PlannedMove) => void;
  readonly onEnd?: (move: PlannedMove, ended: Ended) => void;
  /** Aborted: nothing more is started, and what runs is waited for. */
  readonly signal: AbortSignal;
}

/** Resolves when nothing runs any more; one that fails doesn't stop the others. */
export async function runPlan(plan: Plan, options: RunOptions): Promise<ReadonlyMap<string, Ended>> {
  const { move, onStart, onEnd, signal } = options;
  const waits = waitsOf(plan);
  const ended = new Map<string, Ended>();
  const waiting = new Map(plan.moves.map((one) => [one.id, one]));
  const running = new Set<Promise<void>>();

  const end = (one: PlannedMove, how: Ended) => {
    ended.set(one.id, how);
    onEnd?.(one, how);
  };
  const start = (one: PlannedMove) => {
    onStart?.(one);
    const moving = move(one)
      .catch((error: unknown): Ended => ({ result: 'failed', reason: messageOf(error) }))
      .then((how) => {
        running.delete(moving);
        end(one, how);
      });
    running.add(moving);
  };
  /** Whether anything began or was given up. */
  const proceed = () => {
    let changed = false;
    for (const one of [...waiting.values()]) {
      const lacking = waits.get(one.id)?.moved.find((id) => (ended.get(id)?.result ?? 'moved') !== 'moved');
      const { moved = [], ended: over = [] } = waits.get(one.id) ?? {};
      if (!signal.aborted && lacking === undefined && ![...moved, ...over].every((id) => ended.has(id)))
        continue;
      waiting.delete(one.id);
      changed = true;
      if (signal.aborted) end(one, { result: 'skipped', reason: 'stopped before it began' });
      else if (lacking === undefined) start(one);
      else end(one, { result: 'skipped', reason: `${lacking} was to make room for it, and did not move` });
    }
    return changed;
  };

  for (;;) {
    while (proceed());
    if (running.size === 0) return ended;
    await Promise.race(running);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
