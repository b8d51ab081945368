import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';
import { type ShellCommand, shellCommand } from './command.ts';

/**
 * How a command on a host ended. `lost`: it was begun, and the connection broke before it ended, as it does when a host
 * goes down; whether it has ended isn't known.
 */
export type CommandEnd =
  | { readonly kind: 'ended'; readonly exitCode: number }
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'not-begun'; readonly why: string };

export interface CommandOptions {
  /** Each line that it prints, errors too. */
  readonly onLine: (line: string) => void;
  /** It is no longer waited for after that; then it counts as lost. */
  readonly deadlineMs: number;
  /** Aborted: likewise, at once. */
  readonly signal?: AbortSignal;
}

/** Whether there is a way to run commands on a host that the user has shown: see {@link shellCommand}. */
export function canRunCommand(ref: HostRef): boolean {
  return shellCommand(ref) !== null;
}

/**
 * Runs the user's own words for a shell on a host, by the way that leads to a shell there. `FERRY_HOST` is the host's
 * name. What the command leaves running behind isn't waited for.
 */
export async function runCommand(
  ref: HostRef,
  words: string,
  options: CommandOptions,
  env: Env,
): Promise<CommandEnd> {
  const way = shellCommand(ref);
  if (way === null) return { kind: 'not-begun', why: `${ref.uri} gives no shell` };
  const mark = `ferry-${env.newId()}`;
  const lines = [
    `FERRY_HOST=${quoted(ref.name)}; export FERRY_HOST`,
    `echo ${mark} begun`,
    `sh -c ${quoted(words)} </dev/null 2>&1`,
    // In a line of its own, whatever was printed before.
    `printf '\\n%s\\n' "${mark} ended $?"; exit`,
  ];
  return follow(way, mark, options, env, `${lines.join('\n')}\n`);
}

/** The same here, where the command may reach a host in ways of its own; `FERRY_HOST_URI` is the host's libvirt URI. */
export async function runCommandHere(
  { name, uri }: HostRef,
  words: string,
  options: CommandOptions,
  env: Env,
): Promise<CommandEnd> {
  const mark = `ferry-${env.newId()}`;
  const script = 'echo "$1 begun"; sh -c "$0" </dev/null 2>&1; printf "\\n%s\\n" "$1 ended $?"';
  const args = [`FERRY_HOST=${name}`, `FERRY_HOST_URI=${uri}`, 'sh', '-c', script, words, mark];
  return follow({ file: 'env', args, said: 'sh' }, mark, options, env);
}

/** Hands on what is printed, but for the marks, which tell how far it has come. */
async function follow(
  { file, args, said }: ShellCommand,
  mark: string,
  { onLine, deadlineMs, signal }: CommandOptions,
  env: Env,
  input = '',
): Promise<CommandEnd> {
  const ended = Promise.withResolvers<CommandEnd>();
  let begun = false;
  // The last empty line is that of the mark.
  let held = false;
  const hear = (line: string) => {
    const [word, what, code] = line.split(' ');
    if (word !== mark) {
      if (held) onLine('');
      held = line === '';
      if (!held) onLine(line);
    } else if (what === 'begun') begun = true;
    else ended.resolve({ kind: 'ended', exitCode: Number(code) });
  };
  const program = env.startProgram(file, args, { onLine: hear, deadlineMs });
  if (input !== '') program.write(input);
  const gone = program.ended.then((end): CommandEnd => {
    const why = end.said || `${said} ended${end.exitCode === null ? '' : ` with ${end.exitCode}`}`;
    return begun ? { kind: 'lost', why } : { kind: 'not-begun', why };
  });
  const leave = () => ended.resolve({ kind: 'lost', why: 'it was no longer waited for' });
  signal?.addEventListener('abort', leave);
  if (signal?.aborted) leave();
  try {
    return await Promise.race([ended.promise, gone]);
  } finally {
    signal?.removeEventListener('abort', leave);
    program.stop();
  }
}

/** One word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
