import type { Operation, RealEnv, Run } from '@virt-ferry/engine';
import { operationLines } from '../display/operation.ts';
import { runLines } from '../display/run.ts';
import { entryLines } from '../display/story.ts';
import { outcomeLines } from '../display/text.ts';
import type { Engine } from '../engine.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { openText } from '../open-operations.ts';
import { openRuns } from '../open-runs.ts';
import { withEngine } from '../with-engine.ts';
import { unknownOperation } from './operations.ts';

/** `ferry show ID`: the story of one operation, entry by entry. */
export function run(id: string, options: { readonly json?: boolean }, io: Io): Promise<number> {
  return withEngine(io, async (engine, env) => {
    const operation = await env.journal.operation(id);
    const run = operation ? null : await env.journal.runs.run(id);
    if (run) return showRun(run, options, engine, env, io);
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

async function showRun(
  run: Run,
  options: { readonly json?: boolean },
  engine: Engine,
  env: RealEnv,
  io: Io,
): Promise<number> {
  const entries = await env.journal.runs.entries(run.id);
  const open = (await openRuns(engine, env)).find((one) => one.run.id === run.id) ?? null;
  if (options.json) printJson(io, { kind: 'run', ...run, state: open?.attendance ?? 'ended', entries });
  else for (const line of runLines(run, entries, open)) printLine(io, line);
  return ExitCode.done;
}

async function endLines(operation: Operation, engine: Engine, env: RealEnv): Promise<string[]> {
  if (operation.outcome) return outcomeLines(operation.outcome);
  if (operation.endedAtMs !== null)
    return ['closed as it stood, by a newer Ferry than the one that began it'];
  return [`still open: ${openText({ operation, attendance: await engine.attendanceOf(operation, env) })}`];
}
