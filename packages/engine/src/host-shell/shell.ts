import { isIP } from 'node:net';
import type { Env } from '../env.ts';
import type { ShellCommand } from './command.ts';
import { type HostFacts, parseFacts } from './facts.ts';
import { SCRIPT } from './script.ts';

/**
 * What came of a connection: `refused` by the host itself, so the way there is free; `rejected` by a firewall that says
 * so, `timeout` by one that doesn't; `denied` by the firewall of the host that tried; `unknown`: nothing to try with.
 */
export type Reach =
  | 'open'
  | 'refused'
  | 'rejected'
  | 'timeout'
  | 'unreachable'
  | 'denied'
  | 'unresolved'
  | 'unknown';

/** How far a host's clock is from ours. */
export interface ClockReading {
  readonly aheadMs: number;
  /** It may be wrong by so much: half of the time that asking took. */
  readonly uncertainMs: number;
}

/** A look at a host's own system, which changes nothing there. What it can't tell it answers with `null`. */
export interface HostShell {
  readonly facts: HostFacts;
  clock(): Promise<ClockReading | null>;
  /** The addresses that a name has there; none where nobody knows it. */
  resolve(name: string): Promise<readonly string[] | null>;
  /** The address that it sends from when it sends to that one. */
  addressTowards(address: string): Promise<string | null>;
  /** Connects from there, and hangs up at once. */
  connect(host: string, port: number): Promise<Reach>;
  close(): void;
}

/** For all that is asked in one check; longer than any probe takes. */
const DEADLINE_MS = 12_000;
const LINES_MAX = 50_000;
const reaches: readonly Reach[] = [
  'open',
  'refused',
  'rejected',
  'timeout',
  'unreachable',
  'denied',
  'unresolved',
];

/** Opens one shell on a host and reads what it says at once. Throws an Error with the shell's own words if it can't. */
export async function openHostShell(
  { file, args }: Pick<ShellCommand, 'file' | 'args'>,
  env: Env,
): Promise<HostShell> {
  const lines: string[] = [];
  const waiting = new Map<string, (answer: string | null) => void>();
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const onLine = (line: string) => {
    const [word, id = '', ...rest] = line.split(' ');
    if (word === 'ready') isReady();
    else if (word === 'answer') waiting.get(id)?.(rest.join(' ').trim());
    else if (lines.length < LINES_MAX) lines.push(line);
  };
  const program = env.startProgram(file, args, { onLine, deadlineMs: DEADLINE_MS });
  let hasEnded = false;
  const ended = program.ended.finally(() => {
    hasEnded = true;
    for (const answer of waiting.values()) answer(null);
  });
  program.write(SCRIPT);
  const end = await Promise.race([ready.then(() => null), ended]);
  if (end !== null)
    throw new Error(end.said || `${file} ended${end.exitCode === null ? '' : ` with ${end.exitCode}`}`);
  // It ends when it is closed, or too late to matter.
  ended.catch(() => undefined);

  let count = 0;
  const ask = (word: string, ...values: readonly string[]): Promise<string | null> => {
    const id = String(++count);
    const answer = new Promise<string | null>((resolve) => {
      if (hasEnded) resolve(null);
      else waiting.set(id, resolve);
    }).finally(() => waiting.delete(id));
    program.write(`${[id, word, ...values].join(' ')}\n`);
    return answer;
  };
  return {
    facts: parseFacts(lines),
    async clock() {
      const [atMs, beganMs] = [env.nowMs(), env.monotonicMs()];
      const answer = await ask('clock');
      const halfMs = (env.monotonicMs() - beganMs) / 2;
      // Some `date` knows no fractions.
      const seconds = Number(/^\d+\.\d+$/.exec(answer ?? '')?.[0]);
      return Number.isNaN(seconds)
        ? null
        : { aheadMs: seconds * 1000 - (atMs + halfMs), uncertainMs: halfMs };
    },
    async resolve(name) {
      if (!isHost(name)) return [];
      const answer = await ask('resolve', name);
      return answer === null ? null : answer.split(' ').filter((address) => isIP(address) !== 0);
    },
    async addressTowards(address) {
      const answer = isIP(address) === 0 ? null : await ask('route', address);
      return answer !== null && isIP(answer) !== 0 ? answer : null;
    },
    async connect(host, port) {
      if (!isHost(host) || !Number.isInteger(port)) return 'unknown';
      const answer = await ask('connect', host, String(port));
      return reaches.find((reach) => reach === answer) ?? 'unknown';
    },
    close: () => program.stop(),
  };
}

/** A name or an address, and nothing that a program there could take for something else. */
function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text);
}
