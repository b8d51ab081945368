import type { Env, TalkingProgram } from '../env.ts';
import { shellCommand } from '../host-shell/command.ts';
import type { ShellSide } from '../host-shell/shells.ts';
import type { Slices } from '../strategy/hold-back.ts';
import { BRAKE_SCRIPT } from './script.ts';

/** Holds a guest's vCPUs back on the host that runs it. */
export interface Brake {
  /** Resolves once it holds; rejects where the host doesn't let it. */
  hold(slices: Slices): Promise<void>;
  /** Puts back what was set before. May be called again, and where nothing was held. */
  release(): Promise<void>;
}

/** The script lets go when it has heard nothing for ten seconds. */
const STAY_MS = 3000;
/** It is stopped with the move. */
const DEADLINE_MS = 2 ** 31 - 1;
/** Long for a script that writes some files. */
const ANSWER_MS = 5000;

/** Starts the brake of a domain on a host, which holds nothing yet. Throws an Error that says why it can't. */
export async function openBrake({ ref, controlPath }: ShellSide, domain: string, env: Env): Promise<Brake> {
  const command = shellCommand(ref, controlPath);
  if (command === null) throw new Error(`Ferry has no shell on ${ref.name}`);
  const talk = talkWith(command.file, command.args, env);
  const greet = async () => {
    talk.program.write(BRAKE_SCRIPT);
    await talk.answer();
    talk.program.write(`${domain}\n`);
    return talk.answer();
  };
  const greeting = await greet().catch((error: unknown) => {
    talk.program.stop();
    throw error;
  });
  if (!greeting.startsWith('ready')) {
    talk.program.stop();
    throw new Error(greeting.replace(/^none /, ''));
  }
  const over = new AbortController();
  void stay(talk.program, env, over.signal);
  let releasing: Promise<void> | undefined;
  return {
    async hold({ quotaUs, periodUs }) {
      talk.program.write(`hold ${quotaUs} ${periodUs}\n`);
      const answer = await talk.answer();
      if (answer !== 'held') throw new Error(`${ref.name} does not take ${quotaUs} of ${periodUs} µs`);
    },
    release() {
      releasing ??= (async () => {
        over.abort();
        talk.program.write('free\n');
        await talk.answer().catch(() => undefined);
        talk.program.stop();
      })();
      return releasing;
    },
  };
}

/** A program that says a line for each one it is told. */
function talkWith(file: string, args: readonly string[], env: Env) {
  const waiting: ((line: string) => void)[] = [];
  const onLine = (line: string) => waiting.shift()?.(line);
  const program = env.startProgram(file, args, { onLine, deadlineMs: DEADLINE_MS });
  const ended = program.ended.then(({ said }) => Promise.reject(new Error(said || `${file} ended`)));
  ended.catch(() => undefined);
  const answer = () => {
    const over = new AbortController();
    const line = new Promise<string>((resolve) => waiting.push(resolve));
    const late = env.delay(ANSWER_MS, over.signal).then(() => Promise.reject(new Error(`${file} is silent`)));
    return Promise.race([line, ended, late]).finally(() => {
      over.abort();
      late.catch(() => undefined);
    });
  };
  return { program, answer };
}

/** Tells the script that it is still wanted, until it isn't. */
async function stay(program: TalkingProgram, env: Env, over: AbortSignal): Promise<void> {
  try {
    for (;;) {
      await env.delay(STAY_MS, over);
      program.write('stay\n');
    }
  } catch {
    // It is over.
  }
}
