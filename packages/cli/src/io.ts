import type { Readable, Writable } from 'node:stream';
import type { Engine } from './engine.ts';

/** All that a command touches: the terminal or what stands in for it, the clock, the engine. */
export interface Io {
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Data goes here. */
  readonly out: Writable & { readonly isTTY?: boolean };
  /** All else goes here. */
  readonly err: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: NodeJS.ProcessEnv;
  /** Wall clock, for what people read. */
  nowMs(): number;
  /** A clock that never jumps, for durations. */
  monotonicMs(): number;
  /** Loads the engine, which takes longer than most of what is done without it. */
  engine(): Promise<Engine>;
  /** Calls back at each Ctrl-C; returns what ends that. */
  onInterrupt(listener: () => void): () => void;
  /** Leaves at once, whatever is under way. */
  leave(exitCode: number): void;
}

export function printLine(io: Io, text: string): void {
  io.out.write(`${text}\n`);
}

export function tell(io: Io, text: string): void {
  io.err.write(`${text}\n`);
}

/** For programs: one value, indented for people who look all the same. */
export function printJson(io: Io, value: unknown): void {
  printLine(io, JSON.stringify(value, null, 2));
}

/** For programs that read along: one value a line. */
export function printJsonLine(io: Io, value: unknown): void {
  printLine(io, JSON.stringify(value));
}
