/** One move of a plan. Times count from the start of the plan. */
export interface PlannedMove {
  readonly id: string;
  readonly domain: string;
  readonly from: string;
  readonly to: string;
  /** The moves that must have ended before. */
  readonly after: readonly string[];
  readonly startS: number;
  readonly endS: number;
  readonly bytes: number;
  readonly reason: string;
}

/** Moves in a dependency graph with times; can be read, kept and carried out. */
export interface Plan {
  readonly goal: 'evacuate' | 'restore' | 'balance' | 'consolidate';
  /** In the order in which they start. */
  readonly moves: readonly PlannedMove[];
  readonly makespanS: number;
  /** No order of these moves ends sooner. */
  readonly lowerBoundS: number;
  /** What should have moved and can't. */
  readonly unplaced: readonly { readonly domain: string; readonly reason: string }[];
  /** A figure of the goal, before and after; the smaller the better. */
  readonly score: {
    readonly name: string;
    readonly before: number;
    readonly after: number;
    /** None is smaller than this, where a bound is known. */
    readonly bound?: number;
  };
  readonly notes: readonly string[];
}
