import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import {
  accuracyOf,
  attendanceOf,
  beginRun,
  busyWithRun,
  canRunCommand,
  createEnv,
  createShare,
  findShares,
  linkRates,
  removeShare,
  requestAbort,
  shareStatus,
  takeRun,
} from '@virt-ferry/engine';
import { onTestFinished } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Io } from '../io.ts';
import { runFerry } from '../program.ts';

/** Stands in for the terminal: what was written, and Ctrl-C. */
export interface FakeIo extends Io {
  readonly directory: string;
  written(): { readonly stdout: string; readonly stderr: string };
  interrupt(): void;
  /** The exit codes with which a command left at once. */
  readonly left: number[];
  /** Moves the clock on. */
  pass(ms: number): void;
}

const unfaked = (name: string) => () => {
  throw new Error(`this test did not expect a call of ${name}`);
};

/** The real journal in a directory of the test, and of the rest only what the test brings. */
export function fakeIo(engine: Partial<Engine> = {}, env: NodeJS.ProcessEnv = {}): FakeIo {
  const directory = mkdtempSync(join(tmpdir(), 'ferry-cli-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [out, err] = [new Memory(), new Memory()];
  const listeners = new Set<() => void>();
  const left: number[] = [];
  let clockMs = 1_000_000;
  const whole: Engine = {
    accuracyOf,
    attendanceOf,
    beginRun,
    busyWithRun,
    canRunCommand,
    createEnv,
    createShare,
    findShares,
    linkRates,
    removeShare,
    requestAbort,
    shareStatus,
    takeRun,
    adoptDomain: unfaked('adoptDomain'),
    check: unfaked('check'),
    checkHost: unfaked('checkHost'),
    forecastMove: unfaked('forecastMove'),
    findDomain: unfaked('findDomain'),
    listDomains: unfaked('listDomains'),
    measureLoads: unfaked('measureLoads'),
    migrate: unfaked('migrate'),
    readHealth: unfaked('readHealth'),
    readHost: unfaked('readHost'),
    runCommand: unfaked('runCommand'),
    runCommandHere: unfaked('runCommandHere'),
    recover: unfaked('recover'),
    survey: unfaked('survey'),
    readTuning: unfaked('readTuning'),
    setTuning: unfaked('setTuning'),
    ...engine,
  };
  return {
    directory,
    input: Readable.from([]),
    out,
    err,
    env: { FERRY_HOSTS: join(directory, 'hosts.yaml'), FERRY_STATE: join(directory, 'state'), ...env },
    nowMs: () => clockMs,
    monotonicMs: () => clockMs,
    engine: () => Promise.resolve(whole),
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    leave: (code) => left.push(code),
    written: () => ({ stdout: out.text, stderr: err.text }),
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    left,
    pass: (ms) => {
      clockMs += ms;
    },
  };
}

class Memory extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** Runs a command line against a fake, and returns how it ended. */
export async function ferry(
  io: FakeIo,
  ...words: string[]
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const exitCode = await runFerry(words, io, '1.2.3');
  return { exitCode, ...io.written() };
}
