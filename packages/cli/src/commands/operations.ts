import type { Operation, Progress, RealEnv, Share } from '@virt-ferry/engine';
import { accuracyTable } from '../display/forecast.ts';
import { timeText } from '../display/operation.ts';
import { oneLine } from '../display/printable.ts';
import { table } from '../display/table.ts';
import { figures, share } from '../display/text.ts';
import type { Engine } from '../engine.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { attendanceText, type OpenOperation, openOperations } from '../open-operations.ts';
import { formatDuration } from '../units/duration.ts';
import { withEngine } from '../with-engine.ts';

type JsonOption = { readonly json?: boolean };

/** `ferry status`: the operations that are under way, or that were left open; the newest first. */
export function status(options: JsonOption, io: Io): Promise<number> {
  return withEngine(io, async (engine, env) => {
    const open = (await openOperations(engine, env)).toReversed();
    const rows = await Promise.all(
      open.map(async (one) => ({ ...one, progress: await env.journal.progress(one.operation.id) })),
    );
    const header = ['ID', 'VM', 'FROM', 'TO', 'SINCE', 'STATE', 'PROGRESS'];
    if (options.json)
      printJson(
        io,
        rows.map(({ operation, attendance, progress }) => ({ ...operation, state: attendance, progress })),
      );
    else if (rows.length === 0) tell(io, 'nothing is under way');
    else
      printLine(
        io,
        table(
          header,
          rows.map((row) => statusRow(row, io.nowMs())),
        ),
      );
    if (!options.json)
      for (const one of await env.journal.shares.open()) tell(io, `note: ${oneLine(shareText(one))}`);
    return ExitCode.done;
  });
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
    const header = ['ID', 'WHEN', 'VM', 'FROM', 'TO', 'RESULT', 'TOTAL', 'BLACKOUT', 'DOWNTIME'];
    if (options.json) printJson(io, ended);
    else if (ended.length === 0) tell(io, 'nothing has been moved yet');
    else printLine(io, table(header, ended.map(historyRow)));
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
    if (answer === 'unknown') throw unknownOperation(id);
    if (options.json) printJson(io, { operationId: id, answer });
    else if (answer === 'not-open') tell(io, `${id} has ended already; see how with: ferry show ${id}`);
    else if (await isLeftOpen(id, engine, env))
      tell(io, `nobody runs ${id} now; it is aborted, where that can still be, by: ferry recover ${id}`);
    else tell(io, `asked ${id} to abort; follow it with: ferry watch ${id}`);
    return ExitCode.done;
  });
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
