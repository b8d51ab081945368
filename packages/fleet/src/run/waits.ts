import type { Plan, PlannedMove } from '../plan.ts';

/** What a move waits for when a plan is carried out. */
export interface Waits {
  /** These must have moved: they make room for it. */
  readonly moved: readonly string[];
  /** These must have ended, however they did: they have a link to themselves that it wants, too. */
  readonly ended: readonly string[];
}

/** Moves last longer or shorter than planned; what must not go at once is read from the plan, whatever the times are. */
export function waitsOf({ moves }: Plan): ReadonlyMap<string, Waits> {
  return new Map(
    moves.map((move, index) => {
      const earlier = moves
        .slice(0, index)
        .filter((other) => sharesLink(other, move) && !overlap(other, move));
      return [move.id, { moved: move.after, ended: earlier.map(({ id }) => id) }];
    }),
  );
}

const sharesLink = (one: PlannedMove, other: PlannedMove) => one.from === other.from || one.to === other.to;

const overlap = (one: PlannedMove, other: PlannedMove) => one.startS < other.endS && other.startS < one.endS;
