import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';
import { shellCommand } from './command.ts';

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
}

/** Whether there is a way to run commands on a host that the user has shown: see {@link shellCommand}. */
export function canRunCommand(ref: HostRef): boolean {
  return shellCommand(ref) !== null;
}

/**
 * Runs the user's own words for a shell on a host, by the way that leads to a shell there. `FERRY_HOST` is the host's
 * name.
 */
export async function runCommand(
  ref: HostRef,
  words: string,
  { onLine, deadlineMs }: CommandOptions,
  env: Env,
): Promise<CommandEnd> {
  const way = shellCommand(ref);
  if (way === null) return { kind: 'not-begun', why: `${ref.uri} gives no shell` };
  const mark = `ferry-${env.newId()}`;
  let begun = false;
  let ended: number | null = null;
  const hear = (line: string) => {
    const [word, what, code] = line.split(' ');
    if (word !== mark) onLine(line);
    else if (what === 'begun') begun = true;
    else ended = Number(code);
  };
  const program = env.startProgram(way.file, way.args, { onLine: hear, deadlineMs });
  program.write(
    [
      `FERRY_HOST=${quoted(ref.name)}; export FERRY_HOST`,
      `echo ${mark} begun`,
      `sh -c ${quoted(words)} </dev/null 2>&1`,
      // In a line of its own, whatever was printed before.
      `printf '\\n%s\\n' "${mark} ended $?"; exit`,
      '',
    ].join('\n'),
  );
  const { exitCode, said } = await program.ended;
  if (ended !== null) return { kind: 'ended', exitCode: ended };
  const why = said || `${way.said} ended${exitCode === null ? '' : ` with ${exitCode}`}`;
  return begun ? { kind: 'lost', why } : { kind: 'not-begun', why };
}

/** The same here, where the command may reach a host in ways of its own; `FERRY_HOST_URI` is the host's libvirt URI. */
export async function runCommandHere(
  { name, uri }: HostRef,
  words: string,
  { onLine, deadlineMs }: CommandOptions,
  env: Env,
): Promise<CommandEnd> {
  const named = [`FERRY_HOST=${name}`, `FERRY_HOST_URI=${uri}`];
  const args = [...named, 'sh', '-c', 'exec sh -c "$0" </dev/null 2>&1', words];
  const program = env.startProgram('env', args, { onLine, deadlineMs });
  const { exitCode, said } = await program.ended;
  return exitCode === null ? { kind: 'lost', why: said } : { kind: 'ended', exitCode };
}

/** One word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
