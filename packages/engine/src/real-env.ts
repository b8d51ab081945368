import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { connect } from '@virt-ferry/libvirt';
import type { Env, RunningProgram, TalkingProgram, TalkOptions } from './env.ts';
import type { Journal } from './journal/journal.ts';
import { openJournal } from './journal/store.ts';
import { controlPathFor } from './logins.ts';
import { endProcess, liveness, processOf, thisProcess } from './process.ts';

export interface EnvOptions {
  /** The SQLite file of the journal; it and its directory are made if missing. */
  readonly journalPath: string;
  /** How long an operation is held without being renewed. */
  readonly leaseMs?: number;
  /** See {@link Env.answerMs}. */
  readonly answerMs?: number;
}

/** Long enough for a busy machine to renew it in time, short enough to wait for. */
const LEASE_MS = 15_000;
/** libvirt itself waits 30 s for a domain that is busy, and a large QEMU takes some to start. */
const ANSWER_MS = 60_000;

/** An {@link Env} that holds a file open. */
export interface RealEnv extends Env {
  close(): Promise<void>;
}

/** The real world: this machine's clock, libvirt, programs, and a journal on disk, which is opened when it is needed. */
export function createEnv({ journalPath, leaseMs = LEASE_MS, answerMs = ANSWER_MS }: EnvOptions): RealEnv {
  let journal: Journal | undefined;
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    newId,
    delay: (ms, signal) => setTimeout(ms, undefined, { signal }),
    connect,
    controlPath: (uri) => controlPathFor(uri, join(dirname(journalPath), 'ssh'), newId()),
    watchProgram,
    startProgram,
    holder: thisProcess(),
    liveness,
    processOf,
    endProcess,
    leaseMs,
    answerMs,
    get journal() {
      journal ??= openJournal(journalPath);
      return journal;
    },
    async close() {
      await journal?.close();
    },
  };
}

/** No letters and digits that look alike, since people type these. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';
const ID_LENGTH = 8;

function newId(): string {
  return Array.from({ length: ID_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

function watchProgram(file: string, args: readonly string[], onLine: (line: string) => void): RunningProgram {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  createInterface({ input: child.stdout }).on('line', onLine);
  // Not awaited until it is stopped, so a failure to start must not count as unhandled before.
  const ended = once(child, 'close').then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    async stop() {
      child.kill('SIGINT');
      const failure = await ended;
      if (failure !== undefined) throw failure;
    },
  };
}

/** A program's complaint is kept up to this length. */
const SAID_MAX_CHARS = 4096;

function startProgram(
  file: string,
  args: readonly string[],
  { onLine, deadlineMs }: TalkOptions,
): TalkingProgram {
  const child = spawn(file, args, { stdio: 'pipe', timeout: deadlineMs, killSignal: 'SIGKILL' });
  createInterface({ input: child.stdout }).on('line', onLine);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_MAX_CHARS);
  });
  // A write to a program that has just ended fails, and its end is told anyway.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(() => {
    const late = child.signalCode === 'SIGKILL' ? `no answer within ${deadlineMs / 1000} s` : '';
    return { exitCode: child.exitCode, said: said.trim().split('\n').at(-1)?.trim() || late };
  });
  return {
    write: (text) => child.stdin.write(text),
    ended,
    stop() {
      child.stdin.end();
      // An ssh that leaves a shared connection behind keeps these open, and nobody shall wait for that.
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
    },
  };
}
