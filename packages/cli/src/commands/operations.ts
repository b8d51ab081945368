import type { Operation, Progress } from '@virt-ferry/engine';
import { entryLines } from '../display/story.ts';
import { table } from '../display/table.ts';
import { figures, outcomeLines, share } from '../display/text.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { formatDuration } from '../units/duration.ts';
import { withEngine } from '../with-engine.ts';

type JsonOption = { readonly json?: boolean };

/** `ferry status`: the operations that are under way, or that were left open. */
export function status(options: JsonOption, io: Io): Promise<number> {
  return withEngine(io, async (_engine, { journal }) => {
    const open = await journal.operations({ open: true });
    const rows = await Promise.all(
      open.map(async (operation) => ({ operation, progress: await journal.progress(operation.id) })),
    );
    if (options.json)
      printJson(
        io,
        rows.map(({ operation, progress }) => ({ ...operation, progress })),
      );
    else if (rows.length === 0) tell(io, 'nothing is under way');
    else
      printLine(
        io,
        table(
          ['ID', 'VM', 'FROM', 'TO', 'SINCE', 'PROGRESS'],
          rows.map((row) => statusRow(row, io.nowMs())),
        ),
      );
    return ExitCode.done;
  });
}

function statusRow(
  { operation, progress }: { operation: Operation; progress: Progress | null },
  nowMs: number,
): string[] {
  const { id, domain, source, destination, startedAtMs } = operation;
  const done = progress ? `${Math.round(share(progress) * 100)} %, ${figures(progress).join(' · ')}` : '-';
  return [id, domain.name, source, destination, formatDuration(Math.max(0, nowMs - startedAtMs)), done];
}

/** `ferry history`: the operations that have ended, newest first. */
export async function history(options: JsonOption & { readonly limit: string }, io: Io): Promise<number> {
  const limit = Number(options.limit);
  if (!/^\d+$/.test(options.limit) || !Number.isSafeInteger(limit) || limit < 1)
    throw new UsageError(`bad --limit ${options.limit}: expected a whole number above zero`);
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
  const when = `${new Date(startedAtMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const figuresOf = [outcome?.totalMs, outcome?.blackoutMs, outcome?.downtimeMs].map(duration);
  return [id, when, domain.name, source, destination, outcome?.result ?? '-', ...figuresOf];
}

/** `ferry show ID`: the story of one operation, entry by entry. */
export function show(id: string, options: JsonOption, io: Io): Promise<number> {
  return withEngine(io, async (_engine, { journal }) => {
    const operation = await journal.operation(id);
    if (!operation) throw unknownOperation(id);
    const entries = await journal.entries(id);
    if (options.json) {
      printJson(io, { ...operation, entries });
      return ExitCode.done;
    }
    printLine(io, `${operation.domain.name}: ${operation.source} → ${operation.destination} (${id})`);
    for (const line of entries.flatMap((entry) => entryLines(entry, operation.startedAtMs)))
      printLine(io, line);
    for (const line of operation.outcome ? outcomeLines(operation.outcome) : ['still open'])
      printLine(io, line);
    return ExitCode.done;
  });
}

/** `ferry abort ID`: asks whoever runs it; the guest stays on the source. */
export function abort(id: string, options: JsonOption, io: Io): Promise<number> {
  return withEngine(io, async (engine, env) => {
    const answer = await engine.requestAbort(id, env);
    if (answer === 'unknown') throw unknownOperation(id);
    const said =
      answer === 'requested'
        ? `asked ${id} to abort; follow it with: ferry watch ${id}`
        : `${id} has ended already; see how with: ferry show ${id}`;
    if (options.json) printJson(io, { operationId: id, answer });
    else tell(io, said);
    return ExitCode.done;
  });
}

export function unknownOperation(id: string): UsageError {
  return new UsageError(`no operation ${id}; see: ferry status, ferry history`);
}
