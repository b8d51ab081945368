import type { Forecast, Measured, MoveRequest, Outcome, Progress, Trace } from '../model.ts';
import type { RunLedger } from './run-ledger.ts';
import type { ShareLedger } from './share-ledger.ts';

/** A process that runs an operation, named so that another one on the same machine can see whether it still lives. */
export interface Holder {
  readonly machine: string;
  /** Changes with each start of the machine. */
  readonly bootId: string;
  /** Process ids mean something only within one. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** When the process started, in the kernel's ticks since boot: a process id may be used again. */
  readonly startTicks: number;
}

/**
 * The right to run an operation. Each take-over raises the token, and nothing is written into an operation's story but
 * under its latest token: a controller that was thought dead and wakes up can write no intent, and without a written
 * intent nothing is done (a fencing token, as in Kleppmann, "How to do distributed locking", 2016).
 */
export interface Lease {
  readonly operationId: string;
  readonly token: number;
}

/** Who holds an operation, and until when by the clock on the wall, unless it is renewed. */
export interface Holding {
  readonly token: number;
  readonly holder: Holder;
  readonly untilMs: number;
}

/** A file on a host, as long as nobody changes it. */
export interface FileState {
  readonly hostUuid: string;
  readonly path: string;
  readonly fileBytes: number;
  /** Seconds since 1970, to the nanosecond. */
  readonly modifiedAt: string;
}

/** A disk that a move has copied and left behind: it is as the guest had it then. */
export interface StaleDisk extends FileState {
  readonly domainUuid: string;
  readonly operationId: string;
  readonly atMs: number;
}

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
  /** `null` where an older Ferry wrote it. */
  readonly holding: Holding | null;
}

/** The format of {@link Entry.data}. Raised when recovery could misread what was written before. */
export const ENTRY_VERSION = 1;

/** A line of an operation's story. `intent` is on disk before the act it announces, `result` follows the act. */
export interface Entry {
  readonly operationId: string;
  readonly sequence: number;
  readonly version: number;
  readonly atMs: number;
  readonly kind: 'intent' | 'result' | 'note';
  readonly step: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type NewOperation = Pick<
  Operation,
  'id' | 'kind' | 'domain' | 'source' | 'destination' | 'request' | 'startedAtMs'
>;
export type NewEntry = Pick<Entry, 'atMs' | 'kind' | 'step' | 'data'>;

/**
 * What was intended and what happened. Every write is on disk when its promise resolves. Throws an EngineError: `busy`
 * where a domain has an open operation already, `fenced` where another controller has taken the operation over,
 * `journal` where it can't be read or written.
 */
export interface Journal {
  /** Opens an operation and leases it. There is at most one open operation a domain. */
  begin(operation: NewOperation, holder: Holder, untilMs: number): Promise<Lease>;
  /** Leases an open operation anew, if its token is still the one that was seen, and notes it; `null` if it isn't. */
  takeOver(seen: Lease, holder: Holder, untilMs: number, note: NewEntry): Promise<Lease | null>;
  renew(lease: Lease, untilMs: number): Promise<void>;
  /** All of them, in order, or none. */
  append(lease: Lease, entries: readonly NewEntry[]): Promise<void>;
  /** `stale`: the disks that it left behind. */
  end(lease: Lease, outcome: Outcome, atMs: number, stale?: readonly StaleDisk[]): Promise<void>;
  /** The disks that moves have left on a host. */
  staleDisks(hostUuid: string): Promise<StaleDisk[]>;
  /** That one is gone, or in use again. */
  forgetStaleDisk(hostUuid: string, path: string): Promise<void>;
  /** The latest look at a running operation, for others to watch. May be lost in a crash. */
  setProgress(id: string, progress: Progress): Promise<void>;
  progress(id: string): Promise<Progress | null>;
  /** Asks whoever runs the operation to abort it. False if it isn't open. */
  requestAbort(id: string): Promise<boolean>;
  operation(id: string): Promise<Operation | null>;
  /** Newest first. */
  operations(filter: {
    readonly open?: boolean;
    readonly limit?: number;
    readonly domainUuid?: string;
  }): Promise<Operation[]>;
  /** In order; those after `afterSequence` only. */
  entries(id: string, afterSequence?: number): Promise<Entry[]>;
  /** The SHA-256 of a file as it was when it was read, in hex; `null` where nobody has. */
  digest(of: FileState): Promise<string | null>;
  rememberDigest(of: FileState, sha256: string): Promise<void>;
  /** What is expected of a move, and how it goes. May be lost in a crash. */
  rememberForecast(operationId: string, forecast: Forecast): Promise<void>;
  /** What {@link rememberForecast} kept; `null`: nothing. */
  forecast(operationId: string): Promise<Forecast | null>;
  rememberTrace(operationId: string, trace: Trace): Promise<void>;
  /** Moves that have ended and of which something is kept, newest first; those between two hosts only, either way, by their names. */
  measured(filter: {
    readonly limit: number;
    readonly between?: readonly [string, string];
  }): Promise<Measured[]>;
  /** What was made so that directories are shared. */
  readonly shares: ShareLedger;
  /** Runs of many moves. */
  readonly runs: RunLedger;
  close(): Promise<void>;
}
