/** What the controller of a move may do, and what it knows beforehand. */
export interface Policy {
  /** The longest pause that the user accepts. */
  readonly maxDowntimeMs: number;
  /** QEMU's limit at the start: lower than what is accepted, so that a shorter pause is waited for while it gets shorter. */
  readonly firstDowntimeMs: number;
  /** Whether the guest may be started on the destination before all of it is there. */
  readonly postCopy: boolean;
  /** The least share of its speed that the guest is held to; 1: it isn't held back. */
  readonly minShare: number;
  /** QEMU holds it back by itself, further with each pass. */
  readonly autoConverge: boolean;
  /** What a byte of memory costs on the wire: less than 1 where it is compressed. QEMU's limit of the pause knows nothing of that. */
  readonly sendFactor: number;
  /** The same when it is sent for the third time or more: less than 1 where only differences are. */
  readonly resendFactor: number;
  /** What of the guest's memory holds anything, and so has to be sent at all; `null`: that isn't known. */
  readonly usedBytes: number | null;
  /** What the guest will have written to within a time at full speed, if that was measured. */
  readonly dirtied: ((seconds: number) => number) | null;
}

/** A pass over memory, as it begins. */
export interface Pass {
  /** The first is 1. */
  readonly number: number;
  /** Since memory began to be copied. */
  readonly startS: number;
  /** What is to be sent in it, in bytes of guest memory. */
  readonly bytes: number;
  /** The share of its speed that the guest had in the pass before. */
  readonly share: number;
}

/** What a move is at, when a pass begins. */
export interface Situation {
  /** So far, the one that begins included. */
  readonly passes: readonly [...Pass[], Pass];
  /** What the wire carries. */
  readonly bytesPerS: number;
  /** QEMU's limit as it stands. */
  readonly limitMs: number;
  /** What the guest is held to now. */
  readonly share: number;
  readonly postCopyStarted: boolean;
}

/** What to do, and why: one line for the user and the journal. */
export type Action =
  | { readonly name: 'go-on'; readonly reason: string }
  | { readonly name: 'limit-downtime'; readonly limitMs: number; readonly reason: string }
  | { readonly name: 'throttle'; readonly share: number; readonly reason: string }
  | { readonly name: 'start-post-copy'; readonly reason: string }
  | { readonly name: 'give-up'; readonly reason: string };
