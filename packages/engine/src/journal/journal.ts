import type { MoveRequest, Outcome, Progress } from '../model.ts';

/** One thing the user asked for. */
export interface Operation {
  readonly id: string;
  readonly kind: 'migrate';
  readonly domain: { readonly name: string; readonly uuid: string };
  readonly source: string;
  readonly destination: string;
  readonly request: MoveRequest;
  readonly startedAtMs: number;
  /** `null` while it is open. */
  readonly endedAtMs: number | null;
  readonly outcome: Outcome | null;
  readonly abortRequested: boolean;
}

/** A line of an operation's story. `intent` is on disk before the act it announces, `result` follows the act. */
export interface Entry {
  readonly operationId: string;
  readonly sequence: number;
  readonly atMs: number;
  readonly kind: 'intent' | 'result' | 'note';
  readonly step: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type NewOperation = Pick<
  Operation,
  'id' | 'kind' | 'domain' | 'source' | 'destination' | 'request' | 'startedAtMs'
>;
export type NewEntry = Pick<Entry, 'operationId' | 'atMs' | 'kind' | 'step' | 'data'>;

/** What was intended and what happened. Every write is on disk when its promise resolves. */
export interface Journal {
  begin(operation: NewOperation): Promise<void>;
  append(entry: NewEntry): Promise<void>;
  end(id: string, outcome: Outcome, atMs: number): Promise<void>;
  /** The latest look at a running operation, for others to watch. May be lost in a crash. */
  setProgress(id: string, progress: Progress): Promise<void>;
  progress(id: string): Promise<Progress | null>;
  /** Asks whoever runs the operation to abort it. False if it isn't open. */
  requestAbort(id: string): Promise<boolean>;
  operation(id: string): Promise<Operation | null>;
  /** Newest first. */
  operations(filter: { readonly open?: boolean; readonly limit?: number }): Promise<Operation[]>;
  /** In order; those after `afterSequence` only. */
  entries(id: string, afterSequence?: number): Promise<Entry[]>;
  close(): Promise<void>;
}
