import type { HostRef } from '../model.ts';
import type { Holder, Holding } from './journal.ts';

/** What a run is for. */
export type RunGoal = 'evacuate' | 'restore' | 'balance' | 'consolidate' | 'roll';

/** How a run ended. */
export interface RunOutcome {
  readonly result: 'done' | 'blocked' | 'failed' | 'aborted';
  /** Of a roll: where it stopped, and why. */
  readonly reason?: string;
  readonly moved: readonly string[];
  readonly stays: readonly { readonly domain: string; readonly reason: string }[];
}

/** Many moves that the user asked for at once. */
export interface Run {
  readonly id: string;
  readonly goal: RunGoal;
  /** What was asked for, as whoever asked writes and reads it. */
  readonly request: Readonly<Record<string, unknown>>;
  /** All that take part: no other run may have one of them at the same time. */
  readonly hosts: readonly HostRef[];
  readonly startedAtMs: number;
  /** `null` while it is open. */
  readonly endedAtMs: number | null;
  readonly outcome: RunOutcome | null;
  readonly abortRequested: boolean;
  /** `null` where nobody is at work on it. */
  readonly holding: Holding | null;
  readonly token: number;
}

/** The right to carry a run on; see Lease of journal.ts, which fences likewise. */
export interface RunLease {
  readonly runId: string;
  readonly token: number;
}

/** One move of a run, by the names of its hosts. */
export interface RunMove {
  readonly domain: string;
  readonly from: string;
  readonly to: string;
}

/** What a roll does to a host; each is done only once the one before is. */
export type RollStep = 'empty' | 'command' | 'healthy' | 'refilled';

/**
 * A line of a run's story. `intent` and `step-began` are on disk before what they announce. `operation` and `ended` name
 * the intent by its sequence.
 */
export type RunEntry = { readonly sequence: number; readonly atMs: number } & (
  | {
      readonly kind: 'plan';
      readonly moves: readonly RunMove[];
      readonly unplaced: RunOutcome['stays'];
    }
  | ({ readonly kind: 'intent' } & RunMove)
  | { readonly kind: 'operation'; readonly of: number; readonly operationId: string }
  | {
      readonly kind: 'ended';
      readonly of: number;
      readonly result: 'moved' | 'failed' | 'uncertain';
      readonly reason: string;
    }
  | { readonly kind: 'step-began' | 'step-done'; readonly host: string; readonly step: RollStep }
  | { readonly kind: 'taken-over'; readonly machine: string; readonly pid: number }
);

type WithoutPlace<T> = T extends unknown ? Omit<T, 'sequence' | 'atMs'> : never;
export type NewRunEntry = WithoutPlace<RunEntry>;
export type NewRun = Pick<Run, 'id' | 'goal' | 'request' | 'hosts' | 'startedAtMs'>;

/**
 * The runs of many moves: what each was for, what was planned, which moves began and how they ended. Every write is on
 * disk when its promise resolves. Throws an EngineError: `busy`, `fenced` or `journal`, as the journal does.
 */
export interface RunLedger {
  /** Begins a run and leases it. `busy` where an open run has one of its hosts. */
  begin(run: NewRun, holder: Holder, untilMs: number): Promise<RunLease>;
  /** Leases an open run anew, if its token is still the one that was seen, and says so in its story; `null` if it isn't. */
  takeOver(seen: RunLease, holder: Holder, atMs: number, untilMs: number): Promise<RunLease | null>;
  renew(lease: RunLease, untilMs: number): Promise<void>;
  /** Writes a line; returns its number. */
  append(lease: RunLease, entry: NewRunEntry, atMs: number): Promise<number>;
  /** Ends it, and its hosts are free. */
  end(lease: RunLease, outcome: RunOutcome, atMs: number): Promise<void>;
  /** Asks whoever carries it out to begin no more moves. False if it isn't open. */
  requestAbort(id: string): Promise<boolean>;
  run(id: string): Promise<Run | null>;
  /** Newest first. */
  runs(filter: { readonly open?: boolean; readonly limit?: number }): Promise<Run[]>;
  entries(id: string): Promise<RunEntry[]>;
}
