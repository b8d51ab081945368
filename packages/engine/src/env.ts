import type { Connection, ConnectOptions } from '@virt-ferry/libvirt';
import type { Holder, Journal } from './journal/journal.ts';

/** Everything through which the engine touches the world. */
export interface Env {
  /** Wall clock, for what people read. */
  nowMs(): number;
  /** A clock that never jumps, for durations. */
  monotonicMs(): number;
  /** Short, unique, fit for a file name. */
  newId(): string;
  delay(ms: number, signal?: AbortSignal): Promise<void>;
  connect(uri: string, options?: ConnectOptions): Promise<Connection>;
  /**
   * The path of a socket for connections to a host that share one login of ssh, see {@link ConnectOptions.login};
   * `null` where each logs in by itself.
   */
  controlPath(uri: string): Promise<string | null>;
  /** Runs a program until it is stopped, and hands out the lines it prints. */
  watchProgram(file: string, args: readonly string[], onLine: (line: string) => void): RunningProgram;
  /** Starts a program that is talked with, line by line. It is killed when the deadline has passed. */
  startProgram(file: string, args: readonly string[], options: TalkOptions): TalkingProgram;
  readonly journal: Journal;
  /** This process, as others can recognise it. */
  readonly holder: Holder;
  /** Whether the process that held an operation still lives. `unknown` where it ran on another machine. */
  liveness(holder: Holder): Promise<'alive' | 'dead' | 'unknown'>;
  /** A process of this machine, as others can recognise it. */
  processOf(pid: number): Holder;
  /** Ends a process that outlived the Ferry it worked for. Does nothing where it can't be seen from here. */
  endProcess(holder: Holder): Promise<void>;
  /** How long an operation is held without being renewed. */
  readonly leaseMs: number;
  /**
   * How long to wait for an answer of libvirt that copies nothing meanwhile, and for the next byte where something is
   * copied. After that it counts as lost: both hosts are looked at, and what they say decides.
   */
  readonly answerMs: number;
}

export interface RunningProgram {
  /** Asks it to stop (SIGINT) and waits until it has. Rejects if it could not be started. */
  stop(): Promise<void>;
}

export interface TalkOptions {
  readonly onLine: (line: string) => void;
  readonly deadlineMs: number;
}

export interface TalkingProgram {
  write(text: string): void;
  /** Rejects if it could not be started. */
  readonly ended: Promise<{
    readonly exitCode: number | null /** The last it said as an error. */;
    readonly said: string;
  }>;
  /** Ends its input, and listens no more; it ends by itself then. */
  stop(): void;
}
