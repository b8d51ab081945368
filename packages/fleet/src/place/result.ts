import type { Solver } from '../exact/solver.ts';

/** Where everything is to be, and why. By domain. */
export interface Target {
  readonly goal: 'evacuate' | 'restore' | 'balance' | 'consolidate';
  readonly hostOf: Int32Array;
  /** Why a domain moves that does. */
  reasonOf(domain: number): string;
  /** What should have moved and can't, with the smallest reason found. */
  readonly unplaced: readonly { readonly domain: number; readonly reason: string }[];
  /** Figures of the goal before and after, for people: the smaller the better. */
  readonly score: {
    readonly name: string;
    readonly before: number;
    readonly after: number;
    readonly bound?: number;
  };
  /** Anything else that should be known, a line each. */
  readonly notes: readonly string[];
}

/** How hard to search. Limited by iterations alone a result is the same for the same seed. */
export interface Effort {
  readonly seed: number;
  readonly iterations?: number;
  readonly budgetMs?: number;
  /** A clock that never jumps. */
  readonly now?: () => number;
  /** Small fleets are solved exactly by it. */
  readonly solver?: Solver;
}
