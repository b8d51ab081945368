import type { Plan, PlannedMove } from '../plan.ts';
import { Random } from '../search/random.ts';

export interface SimulateOptions {
  readonly seed: number;
  /** Standard deviation of the logarithm of how much longer or shorter a move takes; 0: as planned. */
  readonly noise?: number;
  /** Share of moves that fail, from 0 to 1; a domain whose move fails stays where it is. */
  readonly failures?: number;
}

export interface SimulatedMove {
  readonly move: PlannedMove;
  readonly result: 'moved' | 'failed' | 'skipped';
  readonly startS: number;
  readonly endS: number;
}

export interface Simulated {
  readonly moves: readonly SimulatedMove[];
  readonly makespanS: number;
}

/**
 * Carries a plan out in virtual time. A move starts when all that it waits for has ended, and all that was to come to its
 * destination before it has started; so it has the room that the plan had for it, whatever the times are. Where a move
 * fails, those that waited for what it would have freed are skipped.
 */
export function simulate(plan: Plan, { seed, noise = 0, failures = 0 }: SimulateOptions): Simulated {
  const random = new Random(seed);
  const ended = new Map<string, SimulatedMove>();
  const arrivals = new Map<string, number>();
  const links = new Map<string, number>();
  const done: SimulatedMove[] = [];
  // In the order of the plan: what a move waits for stands before it.
  for (const move of plan.moves) {
    const before = move.after.flatMap((id) => ended.get(id) ?? []);
    const [source, destination] = [`out of ${move.from}`, `into ${move.to}`];
    const startS = Math.max(
      0,
      arrivals.get(move.to) ?? 0,
      links.get(source) ?? 0,
      links.get(destination) ?? 0,
      ...before.map((one) => one.endS),
    );
    const lasts = (move.endS - move.startS) * Math.exp(noise * random.normal());
    const skipped = before.length < move.after.length || before.some(({ result }) => result !== 'moved');
    const fails = random.next() < failures;
    const result = skipped ? 'skipped' : fails ? 'failed' : 'moved';
    // One that fails does so somewhere on its way.
    const took = skipped ? 0 : fails ? lasts * random.next() : lasts;
    const one: SimulatedMove = { move, result, startS, endS: startS + took };
    ended.set(move.id, one);
    done.push(one);
    if (!skipped) {
      arrivals.set(move.to, startS);
      // The plan shared links among moves that overlapped; where they did not, they must not now.
      if (!overlapsLater(plan, move, 'from')) links.set(source, one.endS);
      if (!overlapsLater(plan, move, 'to')) links.set(destination, one.endS);
    }
  }
  return { moves: done, makespanS: Math.max(0, ...done.map(({ endS }) => endS)) };
}

function overlapsLater({ moves }: Plan, move: PlannedMove, side: 'from' | 'to'): boolean {
  return moves.some(
    (other) =>
      other !== move && other[side] === move[side] && other.startS < move.endS && other.startS >= move.startS,
  );
}
