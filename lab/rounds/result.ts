import type { Recovered } from './ferry/recover-command.ts';
import type { Way } from './way.ts';

/** Who makes the move. */
export type Tool = 'ferry' | 'virsh';

/** One round, as it is to be played. */
export interface RoundPlan {
  readonly tool: Tool;
  readonly way: Way;
  /** Names of a point and a fault. */
  readonly point: string;
  readonly fault: string;
  /** Recovery itself is killed at its nth write too; `null`: it isn't. */
  readonly recoveryDiesAt: number | null;
}

/** Where the guest is when all is over. `lost`: its memory is gone, as it had to be. */
export type End = 'source' | 'destination' | 'lost';

/** What can be wrong after a round. */
export type TroubleKind =
  | 'two-runners'
  /** Nobody runs a guest that could be saved. */
  | 'nobody-runs'
  /** A QEMU, a definition, a disk or something else that should not be there. */
  | 'left-process'
  | 'left-definition'
  | 'left-disk'
  | 'left-other'
  /** The operation can't be ended. */
  | 'still-open'
  /** The guest found its memory or its disk damaged, or doesn't answer. */
  | 'damaged'
  /** It was said to have ended another way than it did. */
  | 'wrong-claim'
  /** The observer could not see all, so the rest proves little. */
  | 'not-seen';

export interface Trouble {
  readonly kind: TroubleKind;
  readonly text: string;
}

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
  readonly wrong: readonly Trouble[];
  readonly tookMs: number;
}
