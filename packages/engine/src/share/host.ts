import { type Connection, messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import { shellCommand } from '../host-shell/command.ts';
import { escapedForPrintf } from '../host-shell/printf.ts';
import type { HostRef } from '../model.ts';
import { isAdoption, undoAdoption } from './adopt/block-copy.ts';
import type { Thing } from './model.ts';
import { isPool, isPoolSo, makePoolSo } from './pool.ts';
import { SCRIPT } from './script/script.ts';

/** What a host answered: `isSo` if what was asked is so, or what was told is done. */
export interface Answer {
  readonly isSo: boolean;
  readonly lines: readonly string[];
}

/** A host on which a share is made: its own system over a shell, its pools over libvirt. */
export interface ShareHost {
  readonly ref: HostRef;
  /** Asks something that changes nothing. */
  look(what: 'host' | 'storage' | 'towards' | 'resolve', ...values: readonly string[]): Promise<Answer>;
  /** Whether a thing is so. */
  is(thing: Thing): Promise<Answer>;
  /** Makes it so. */
  do(thing: Thing): Promise<Answer>;
  /** Tries the share, in a file of its own. */
  try(
    what: 'reach' | 'rpc' | 'put' | 'get' | 'drop' | 'space' | 'latency' | 'lock',
    ...values: readonly string[]
  ): Promise<Answer>;
  /** Its libvirt, opened when it is first wanted. */
  libvirt(): Promise<Connection>;
  close(): Promise<void>;
}

/** Opens a host; throws an EngineError, `share`, where there is no way to its own system. */
export type OpenShareHost = (ref: HostRef, env: Env) => Promise<ShareHost>;

/** Packages may take their time to come. */
const DEADLINE_MS = 30 * 60_000;
/** What one answer may say; more is dropped. */
const LINES_MAX = 5_000;

export const openShareHost: OpenShareHost = async (ref, env) => {
  const command = shellCommand(ref);
  if (command === null)
    throw new EngineError(
      'share',
      `${ref.name}: its URI gives no shell; say how to log in there: ferry hosts add ${ref.name} ${ref.uri} --ssh root@HOST`,
    );
  const shell = await openShell(ref, command, env);
  let connecting: Promise<Connection> | undefined;
  const libvirt = () => {
    connecting ??= env.connect(ref.uri);
    return connecting;
  };
  const overLibvirt = async (act: (connection: Connection) => Promise<Answer>): Promise<Answer> => {
    try {
      return await act(await libvirt());
    } catch (error) {
      return { isSo: false, lines: [messageOf(error)] };
    }
  };
  return {
    ref,
    libvirt,
    look: (what, ...values) => shell.ask('look', [what, ...values]),
    is: (thing) =>
      isPool(thing) ? overLibvirt((connection) => isPoolSo(thing, connection)) : shell.ask('is', thing),
    do: (thing) => {
      if (isPool(thing)) return overLibvirt((connection) => makePoolSo(thing, connection));
      if (isAdoption(thing)) return overLibvirt((connection) => undoAdoption(thing, connection));
      return shell.ask('do', thing);
    },
    try: (what, ...values) => shell.ask('try', [what, ...values]),
    async close() {
      shell.close();
      await connecting?.then(
        (connection) => connection.close(),
        () => undefined,
      );
    },
  };
};

interface Shell {
  ask(verb: string, words: readonly string[]): Promise<Answer>;
  close(): void;
}

async function openShell(
  ref: HostRef,
  {
    file,
    args,
    said: typed,
  }: { readonly file: string; readonly args: readonly string[]; readonly said: string },
  env: Env,
): Promise<Shell> {
  const asked = new Map<string, { lines: string[]; answer: (answer: Answer | null) => void }>();
  let isReady = () => {};
  const ready = new Promise<null>((resolve) => {
    isReady = () => resolve(null);
  });
  const onLine = (line: string) => {
    const [, word, id = '', rest = ''] = /^(\S+) ?(\S*) ?(.*)$/.exec(line) ?? [];
    const waiting = asked.get(id);
    if (word === 'ready') isReady();
    else if (word === 'out' && waiting && waiting.lines.length < LINES_MAX) waiting.lines.push(rest);
    else if (word === 'done' && waiting) waiting.answer({ isSo: rest === '0', lines: waiting.lines });
  };
  const program = env.startProgram(file, args, { onLine, deadlineMs: DEADLINE_MS });
  let hasEnded = false;
  const ended = program.ended.finally(() => {
    hasEnded = true;
    for (const { answer } of asked.values()) answer(null);
  });
  program.write(SCRIPT);
  const end = await Promise.race([ready, ended.catch((error: unknown) => ({ said: messageOf(error) }))]);
  if (end !== null)
    throw new EngineError(
      'share',
      `cannot get a shell on ${ref.name} with ${typed}: ${end.said || 'it ended'}`,
    );
  ended.catch(() => undefined);
  let count = 0;
  return {
    async ask(verb, words) {
      const id = String(++count);
      const answer = await new Promise<Answer | null>((resolve) => {
        asked.set(id, { lines: [], answer: resolve });
        if (hasEnded) resolve(null);
        else program.write(`${[id, verb, ...words.map(escaped)].join(' ')}\n`);
      }).finally(() => asked.delete(id));
      if (answer === null)
        throw new EngineError('share', `the connection to ${ref.name} was lost; say the same again to go on`);
      return answer;
    },
    close: () => program.stop(),
  };
}

/** As the script reads its words: `-` is nothing at all. */
const escaped = (value: string) => escapedForPrintf(value) || '-';
