import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';
import { shellCommand } from './command.ts';
import { escapedForPrintf } from './printf.ts';

/**
 * Reads one name from its input, which is only ever used as a quoted variable (see script.ts), and prints the SHA-256 of
 * the file. A guest's own reading and writing goes first. The name is sent once the script says that it is ready, since a
 * shell may read ahead of what it runs.
 */
const SCRIPT = `main() {
echo ready
read -r name
name=$(printf '%b.' "$name")
exec nice -n 19 sha256sum <"\${name%.}"
}
main
`;
/** A terabyte at 100 MB/s takes three hours. */
const DEADLINE_MS = 3 * 3_600_000;

/** The SHA-256 of a file's bytes, in hex, made on the host itself; `null` where nobody has shown Ferry a way there. */
export async function digestThere(ref: HostRef, path: string, env: Env): Promise<string | null> {
  const command = shellCommand(ref);
  if (command === null) return null;
  const lines: string[] = [];
  const onLine = (line: string) => {
    if (line === 'ready') program.write(`${escapedForPrintf(path)}\n`);
    else lines.push(line);
  };
  const program = env.startProgram(command.file, command.args, { onLine, deadlineMs: DEADLINE_MS });
  program.write(SCRIPT);
  const { said } = await program.ended;
  const digest = /^([0-9a-f]{64})\b/.exec(lines.at(-1) ?? '')?.[1];
  if (digest === undefined) throw new Error(`${ref.name} could not read ${path}: ${said || 'no answer'}`);
  return digest;
}
