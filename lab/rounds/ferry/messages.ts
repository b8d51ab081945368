import type { MoveRequest, Outcome } from '@virt-ferry/engine';
import type { CrashPoint } from './crash-point.ts';

/** What a Ferry that can be stopped anywhere is told to do. */
export interface Task {
  readonly journalPath: string;
  readonly leaseMs: number;
  readonly answerMs: number;
  /** Where it is to wait until it is told to go on, or dies; `any` write counts, or none does (`null`). */
  readonly stopAt: CrashPoint | 'any' | null;
  /** How often it passes that place before. */
  readonly passes: number;
  readonly work:
    | { readonly do: 'migrate'; readonly request: MoveRequest }
    | { readonly do: 'recover'; readonly operationId: string };
}

/** From the parent. */
export type Order =
  | { readonly order: 'begin'; readonly task: Task }
  | { readonly order: 'go-on' }
  /** The clock on the wall jumps, as Ferry sees it. */
  | { readonly order: 'jump'; readonly byMs: number };

/** To the parent. */
export type Report =
  | { readonly report: 'started'; readonly operationId: string }
  | { readonly report: 'reached' }
  | { readonly report: 'step'; readonly step: string; readonly reason: string }
  | { readonly report: 'ended'; readonly outcome: Outcome }
  | { readonly report: 'failed'; readonly message: string };
