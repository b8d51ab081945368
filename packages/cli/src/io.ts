import type { Readable, Writable } from 'node:stream';

/** The terminal, or what stands in for it. Data goes to `out`, all else to `err`. */
export interface Io {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly out: Writable;
  readonly err: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: NodeJS.ProcessEnv;
}

export const processIo: Io = {
  input: process.stdin,
  out: process.stdout,
  err: process.stderr,
  env: process.env,
};

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
