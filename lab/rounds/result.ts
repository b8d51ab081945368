import type { Recovered } from './ferry/recover-command.ts';
import type { Way } from './way.ts';

/** One round, as it is to be played. */
export interface RoundPlan {
  readonly way: Way;
  /** Names of a point and a fault. */
  readonly point: string;
  readonly fault: string;
  /** Recovery itself is killed at its nth write too; `null`: it isn't. */
  readonly recoveryDiesAt: number | null;
}

/** Where the guest is when all is over. `lost`: its memory is gone, as it had to be. */
export type End = 'source' | 'destination' | 'lost';

/** What came of a round. */
export interface RoundResult {
  readonly plan: RoundPlan;
  /** Whether the move came to the point at all: else nothing was tried. */
  readonly met: boolean;
  /** What the Ferry that moved it said last. */
  readonly said: string;
  /** What it did when things had gone wrong. */
  readonly steps: readonly string[];
  readonly recovered: Recovered | null;
  /** What the operator had to decide. */
  readonly chosen: string | null;
  readonly end: End;
  readonly twoRunnersMs: number;
  readonly twoRunnersAtMostMs: number;
  /** The longest time in which nobody ran the guest. */
  readonly noneMs: number;
  /** What is wrong; empty where the round was passed. */
  readonly wrong: readonly string[];
  readonly tookMs: number;
}
