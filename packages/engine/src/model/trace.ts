// What is kept of a move's figures, for forecasts of the next ones.
import type { Forecast } from './forecast.ts';
import type { Outcome } from './move.ts';

/** How the passes over memory of a move went. */
export interface Trace {
  readonly passes: readonly TracedPass[];
  /** What went over the wire each second while memory was copied, the usual value; `null` where it was too short to tell. */
  readonly bytesPerS: number | null;
  /** From the first byte of memory until the source's QEMU was done. */
  readonly memoryMs: number;
  /** Before memory: disks. */
  readonly diskMs: number;
  /** The rate was held down to this by the user. */
  readonly limitBytesPerS: number | null;
}

export interface TracedPass {
  /** The first is 1. */
  readonly number: number;
  /** Since memory began to be copied, in seconds. */
  readonly startS: number;
  /** What was to be sent when it began, in bytes of guest memory. */
  readonly bytes: number;
  /** The share of its speed that the guest had before. */
  readonly share: number;
}

/** A move of the past: what was foretold, how it went. */
export interface Measured {
  readonly operationId: string;
  readonly atMs: number;
  readonly outcome: Outcome;
  readonly forecast: Forecast | null;
  readonly trace: Trace | null;
}
