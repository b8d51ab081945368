import type { Placement } from './placement.ts';
import type { Random } from './random.ts';

/** Which of the placements that are not better are taken all the same, so that search doesn't stay where it is. */
export interface Acceptance {
  /** `spent`: how much of the limit has been used, from 0 to 1. */
  accepts(cost: number, current: number, spent: number): boolean;
}

/**
 * Takes what is no worse than now, or than it was some steps ago (Burke and Bykov, "The late acceptance hill-climbing
 * heuristic", 2017). It needs no scale of costs; `length` steps are remembered.
 */
export function lateAcceptance(length: number, start: number): Acceptance {
  const past = new Float64Array(length).fill(start);
  let step = 0;
  return {
    accepts(cost, current) {
      const at = step++ % length;
      const accepted = cost <= current || cost <= (past[at] ?? 0);
      const kept = accepted ? cost : current;
      if (kept < (past[at] ?? 0)) past[at] = kept;
      return accepted;
    },
  };
}

/** Takes what is worse by at most a margin that shrinks to nothing as the limit is used up. */
function thresholdAcceptance(margin: number, random: () => number): Acceptance {
  const last = 1e-4;
  return {
    accepts(cost, current, spent) {
      if (cost <= current) return true;
      const now = margin * last ** Math.min(1, spent);
      return cost - current < -now * Math.log(1 - random());
    },
  };
}

/** What suits most: at first a step may be worse by three millionths of the cost at start. */
export function usualAcceptance(placement: Placement, random: Random): Acceptance {
  return thresholdAcceptance(3e-6 * Math.abs(placement.cost()), () => random.next());
}
