import type { Operation, RealEnv } from '@virt-ferry/engine';
import { operationLines } from '../display/operation.ts';
import { entryLines } from '../display/story.ts';
import { outcomeLines } from '../display/text.ts';
import type { Engine } from '../engine.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { openText } from '../open-operations.ts';
import { withEngine } from '../with-engine.ts';
import { unknownOperation } from './operations.ts';

/** `ferry show ID`: the story of one operation, entry by entry. */
export function run(id: string, options: { readonly json?: boolean }, io: Io): Promise<number> {
  return withEngine(io, async (engine, env) => {
    const operation = await env.journal.operation(id);
    if (!operation) throw unknownOperation(id);
    const entries = await env.journal.entries(id);
    const attendance = operation.endedAtMs === null ? await engine.attendanceOf(operation, env) : 'ended';
    if (options.json) {
      printJson(io, { ...operation, state: attendance, entries });
      return ExitCode.done;
    }
    const lines = [
      ...operationLines(operation),
      ...entries.flatMap((entry) => entryLines(entry, operation.startedAtMs)),
      ...(await endLines(operation, engine, env)),
    ];
    for (const line of lines) printLine(io, line);
    return ExitCode.done;
  });
}

async function endLines(operation: Operation, engine: Engine, env: RealEnv): Promise<string[]> {
  if (operation.outcome) return outcomeLines(operation.outcome);
  if (operation.endedAtMs !== null)
    return ['closed as it stood, by a newer Ferry than the one that began it'];
  return [`still open: ${openText({ operation, attendance: await engine.attendanceOf(operation, env) })}`];
}
