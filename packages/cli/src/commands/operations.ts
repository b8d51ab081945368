import type { Operation, Progress, RealEnv, Share } from '@virt-ferry/engine';
import { accuracyTable } from '../display/forecast.ts';
import { timeText } from '../display/operation.ts';
import { oneLine } from '../display/printable.ts';
import { endedRunsTable, openRunsTable } from '../display/run.ts';
import { table } from '../display/table.ts';
import { figures, share } from '../display/text.ts';
import type { Engine } from '../engine.ts';
import { ExitCode, UsageError } from '../errors.ts';
import type { RunStory } from '../fleet/run-story.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { attendanceText, type OpenOperation, openOperations } from '../open-operations.ts';
import { openRuns } from '../open-runs.ts';
import { formatDuration } from '../units/duration.ts';
import { withEngine } from '../with-engine.ts';

type JsonOption = { readonly json?: boolean };

/** `ferry status`: the operations that are under way, or that were left open; the newest first. */
export function status(options: JsonOption, io: Io): Promise<number> {
  return withEngine(io, async (engine, env) => {
    const open = (await openOperations(engine, env)).toReversed();
    const runs = await openRuns(engine, env);
    const rows = await Promise.all(
      open.map(async (one) => ({ ...one, progress: await env.journal.progress(one.operation.id) })),
    );
    const header = ['ID', 'VM', 'FROM', 'TO', 'SINCE', 'STATE', 'PROGRESS'];
    if (options.json)
      printJson(io, [
        ...rows.map(({ operation, attendance, progress }) => ({ ...operation, state: attendance, progress })),
        ...runs.map(({ run, attendance, story }) => ({
          kind: 'run',
          ...run,
          state: attendance,
          ...figuresOf(story),
        })),
      ]);
    else if (rows.length + runs.length === 0) tell(io, 'nothing is under way');
    else if (rows.length > 0)
      printLine(
        io,
        table(
          header,
          rows.map((row) => statusRow(row, io.nowMs())),
        ),
      );
    if (!options.json && runs.length > 0) {
      if (rows.length > 0) printLine(io, '');
      printLine(io, openRunsTable(runs, io.nowMs()));
    }
    if (!options.json)
      for (const one of await env.journal.shares.open()) tell(io, `note: ${oneLine(shareText(one))}`);
    return ExitCode.done;
  });
}

function figuresOf({ moved, planned, unsettled }: RunStory) {
  return { moved: moved.length, planned, operations: unsettled.map(({ operationId }) => operationId) };
}

/** A share that stands, or that somebody is at work on. */
function shareText({ path, request, holding, startedAtMs }: Share): string {
  const clients = request.clients.map(({ name }) => name).join(', ');
  const work = holding === null ? '' : `; process ${holding.holder.pid} is at work on it`;
  return `${path} of ${request.server.name} is shared with ${clients} since ${timeText(startedAtMs)}${work}; see: ferry share status`;
}

function statusRow(row: OpenOperation & { readonly progress: Progress | null }, nowMs: number): string[] {
  const { id, domain, source, destination, startedAtMs } = row.operation;
  const { progress } = row;
  const since = formatDuration(Math.max(0, nowMs - startedAtMs));
  const done = progress ? `${Math.round(share(progress) * 100)} %, ${figures(progress).join(' · ')}` : '-';
  return [id, domain.name, source, destination, since, attendanceText(row), done];
}

/** `ferry history --accuracy`: what was foretold of past moves, and how far off that was. */
export function accuracy(options: JsonOption & { readonly limit: string }, io: Io): Promise<number> {
  const limit = parseLimit(options.limit);
  return withEngine(io, async (engine, { journal }) => {
    const past = await journal.measured({ limit });
    const accuracies = engine.accuracyOf(past);
    if (options.json) printJson(io, accuracies);
    else if (accuracies.totalMs.moves === 0) tell(io, 'nothing was moved yet of which that was foretold');
    else printLine(io, accuracyTable(accuracies));
    return ExitCode.done;
  });
}

/** `ferry history`: the operations that have ended, newest first. */
export async function history(options: JsonOption & { readonly limit: string }, io: Io): Promise<number> {
  const limit = parseLimit(options.limit);
  return withEngine(io, async (_engine, { journal }) => {
    const ended = await journal.operations({ open: false, limit });
    const runs = await journal.runs.runs({ open: false, limit });
    const header = ['ID', 'WHEN', 'VM', 'FROM', 'TO', 'RESULT', 'TOTAL', 'BLACKOUT', 'DOWNTIME'];
    if (options.json) printJson(io, [...ended, ...runs.map((run) => ({ kind: 'run', ...run }))]);
    else if (ended.length === 0) tell(io, 'nothing has been moved yet');
    else printLine(io, table(header, ended.map(historyRow)));
    if (!options.json && runs.length > 0) printLine(io, `\n${endedRunsTable(runs)}`);
    return ExitCode.done;
  });
}

function historyRow({ id, startedAtMs, domain, source, destination, outcome }: Operation): string[] {
  const duration = (ms: number | null | undefined) =>
    ms === null || ms === undefined ? '-' : formatDuration(ms);
  const figuresOf = [outcome?.totalMs, outcome?.blackoutMs, outcome?.downtimeMs].map(duration);
  return [id, timeText(startedAtMs), domain.name, source, destination, outcome?.result ?? '-', ...figuresOf];
}

/** `ferry abort ID`: asks whoever runs it; the guest stays on the source. */
export function abort(id: string, options: JsonOption, io: Io): Promise<number> {
  return withEngine(io, async (engine, env) => {
    const answer = await engine.requestAbort(id, env);
    if (answer === 'unknown') return abortRun(id, options, io, engine, env);
    if (options.json) printJson(io, { operationId: id, answer });
    else if (answer === 'not-open') tell(io, `${id} has ended already; see how with: ferry show ${id}`);
    else if (await isLeftOpen(id, engine, env))
      tell(io, `nobody runs ${id} now; it is aborted, where that can still be, by: ferry recover ${id}`);
    else tell(io, `asked ${id} to abort; follow it with: ferry watch ${id}`);
    return ExitCode.done;
  });
}

/** No more moves are begun; those that run are waited for. */
async function abortRun(
  id: string,
  options: JsonOption,
  io: Io,
  engine: Engine,
  env: RealEnv,
): Promise<number> {
  const { journal } = env;
  const run = await journal.runs.run(id);
  if (run === null) throw unknownOperation(id);
  const asked = await journal.runs.requestAbort(id);
  if (options.json) printJson(io, { runId: id, answer: asked ? 'requested' : 'not-open' });
  else if (!asked) tell(io, `${id} has ended already; see how with: ferry show ${id}`);
  else if ((await engine.attendanceOf(run, env)) === 'left-open')
    tell(io, `nobody carries ${id} out now; it is ended, once its moves are, by: ferry recover ${id}`);
  else tell(io, `asked ${id} to begin no more moves; those that run are waited for; see: ferry show ${id}`);
  return ExitCode.done;
}

async function isLeftOpen(id: string, engine: Engine, env: RealEnv): Promise<boolean> {
  const operation = await env.journal.operation(id);
  return operation !== null && (await engine.attendanceOf(operation, env)) === 'left-open';
}

export function unknownOperation(id: string): UsageError {
  return new UsageError(`no operation ${id}; see: ferry status, ferry history`);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(limit) || limit < 1)
    throw new UsageError(`bad --limit ${text}: expected a whole number above zero`);
  return limit;
}
