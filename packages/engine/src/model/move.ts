// What a move tells while it works, and how it ended.
import type { CheckReport } from './finding.ts';
import type { Figures, Forecast } from './forecast.ts';
import type { Method } from './request.ts';

/** One look at a running move. */
export interface Progress {
  readonly elapsedMs: number;
  /** Passes over memory so far, the first included; 0 before it. */
  readonly iteration: number;
  readonly memoryTotalBytes: number;
  readonly memoryProcessedBytes: number;
  readonly memoryRemainingBytes: number;
  readonly rateBytesPerS: number;
  readonly dirtyRateBytesPerS: number;
  /** What QEMU expects the pause to be if it switched over now. */
  readonly expectedDowntimeMs: number | null;
  /** How far auto-converge holds the guest back. */
  readonly throttlePercent: number;
  /** The disks that are copied, where there are any. They come before memory, and then keep up with the guest. */
  readonly disks?: readonly DiskProgress[];
}

/** How far the copy of a disk is. `totalBytes` grows while the guest writes. */
export interface DiskProgress {
  /** `vda`. */
  readonly target: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export type Result = 'migrated' | 'blocked' | 'rolled-back' | 'aborted' | 'uncertain';

/** How a move ended. Also the last line of `migrate --json`, with `type: 'outcome'`. */
export interface Outcome {
  readonly operationId: string;
  readonly result: Result;
  /** Why, in one line: what failed, and where the domain is now. Empty after plain success. */
  readonly reason: string;
  readonly domain: { readonly name: string; readonly uuid: string };
  readonly source: string;
  readonly destination: string;
  readonly method: Method;
  readonly totalMs: number;
  /** The pause that QEMU reports. */
  readonly downtimeMs: number | null;
  /** The pause measured from outside the guest. */
  readonly blackoutMs: number | null;
  readonly bytesTransferred: number | null;
  readonly iterations: number | null;
  /** What was expected of it; not there where nothing was. */
  readonly forecast?: Pick<Figures, 'totalMs' | 'downtimeMs'>;
  /** Disks that the source keeps although their copies have gone on: what is in them is the past. */
  readonly staleDisks?: readonly string[];
  /** The domain was moved shut off, so nobody runs it. */
  readonly offline?: true;
}

/** What recovery may do, each one safe where {@link decide} chooses it. */
export type StepName =
  | 'wait'
  | 'follow'
  | 'abort-job'
  | 'cancel-destination'
  | 'resume-source'
  | 'suspend-source'
  | 'destroy-source'
  | 'finish'
  | 'commit'
  | 'release-source'
  | 'resume-post-copy'
  | 'undefine-destination'
  | 'restore-definition'
  | 'set-autostart'
  | 'undefine-source'
  | 'remove-volume'
  | 'remove-pool'
  | 'restore-downtime'
  | 'restore-speed'
  | 'hold'
  | 'done';

export type Phase =
  | 'inventory'
  | 'preflight'
  | 'begin'
  | 'prepare'
  | 'perform'
  | 'finish'
  | 'commit'
  | 'confirm'
  | 'verify'
  /** Of a domain that is shut off. */
  | OfflinePhase;

export type OfflinePhase = 'send' | 'compare' | 'define';

export type ControlAction = 'limit-downtime' | 'hold-back' | 'start-post-copy' | 'give-up';

/** What `migrate` tells while it works. */
export type MoveEvent =
  | {
      readonly type: 'started';
      readonly operationId: string;
      readonly domain: string;
      readonly source: string;
      readonly destination: string;
    }
  | { readonly type: 'phase'; readonly phase: Phase }
  /** Recovery's next step, after something went wrong. */
  | { readonly type: 'step'; readonly step: StepName; readonly reason: string }
  | { readonly type: 'checked'; readonly report: CheckReport }
  /** What the move is expected to cost. */
  | { readonly type: 'forecast'; readonly forecast: Forecast }
  /** What Ferry does while the guest's memory is sent, and why. */
  | { readonly type: 'control'; readonly action: ControlAction; readonly reason: string }
  /** An image is sent as it is: one that disks build on, or a disk of a domain that is shut off. */
  | {
      readonly type: 'sending';
      readonly path: string;
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  | ({ readonly type: 'progress' } & Progress)
  /** Something the user should read: a choice made and its reason. */
  | { readonly type: 'notice'; readonly message: string }
  /** Who runs the guest has changed, or may have. */
  | { readonly type: 'owner'; readonly owner: 'source' | 'destination' };
