import { createEnv, type Operation, type Progress, requestAbort } from '@virt-ferry/engine';
import { journalPath } from '../config/paths.ts';
import { table } from '../display/table.ts';
import { figures, outcomeLines, share } from '../display/text.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { formatDuration } from '../units/duration.ts';

type JsonOption = { readonly json?: boolean };

/** `ferry status`: the operations that are under way, or that were left open. */
export async function status(options: JsonOption, io: Io): Promise<number> {
  return withJournal(io, async ({ journal }) => {
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
    else printLine(io, table(['ID', 'VM', 'FROM', 'TO', 'SINCE', 'PROGRESS'], rows.map(statusRow)));
    return ExitCode.done;
  });
}

function statusRow({ operation, progress }: { operation: Operation; progress: Progress | null }): string[] {
  const { id, domain, source, destination, startedAtMs } = operation;
  const done = progress ? `${Math.round(share(progress) * 100)} %, ${figures(progress)}` : '-';
  return [id, domain.name, source, destination, formatDuration(Date.now() - startedAtMs), done];
}

/** `ferry history`: the operations that have ended, newest first. */
export async function history(options: JsonOption & { readonly limit: string }, io: Io): Promise<number> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw new UsageError(`bad --limit ${options.limit}: expected a whole number above zero`);
  return withJournal(io, async ({ journal }) => {
    const ended = await journal.operations({ open: false, limit });
    if (options.json) printJson(io, ended);
    else if (ended.length === 0) tell(io, 'nothing has been moved yet');
    else
      printLine(
        io,
        table(
          ['ID', 'WHEN', 'VM', 'FROM', 'TO', 'RESULT', 'TOTAL', 'BLACKOUT', 'DOWNTIME'],
          ended.map(historyRow),
        ),
      );
    return ExitCode.done;
  });
}

function historyRow({ id, startedAtMs, domain, source, destination, outcome }: Operation): string[] {
  const duration = (ms: number | null | undefined) =>
    ms === null || ms === undefined ? '-' : formatDuration(ms);
  const when = new Date(startedAtMs).toISOString().slice(0, 19).replace('T', ' ');
  const figuresOf = [outcome?.totalMs, outcome?.blackoutMs, outcome?.downtimeMs].map(duration);
  return [id, when, domain.name, source, destination, outcome?.result ?? '-', ...figuresOf];
}

/** `ferry show ID`: the story of one operation, entry by entry. */
export async function show(id: string, options: JsonOption, io: Io): Promise<number> {
  return withJournal(io, async ({ journal }) => {
    const operation = await journal.operation(id);
    if (!operation) throw unknownOperation(id);
    const entries = await journal.entries(id);
    if (options.json) {
      printJson(io, { ...operation, entries });
      return ExitCode.done;
    }
    printLine(io, `${operation.domain.name}: ${operation.source} → ${operation.destination}`);
    for (const { atMs, kind, step, data } of entries) {
      const after = `+${formatDuration(atMs - operation.startedAtMs)}`;
      printLine(io, `${after.padStart(9)}  ${kind.padEnd(6)}  ${step.padEnd(16)}  ${JSON.stringify(data)}`);
    }
    for (const line of operation.outcome ? outcomeLines(operation.outcome) : ['still open'])
      printLine(io, line);
    return ExitCode.done;
  });
}

/** `ferry abort ID`: asks whoever runs it; the guest stays on the source. */
export async function abort(id: string, options: JsonOption, io: Io): Promise<number> {
  return withJournal(io, async (env) => {
    const answer = await requestAbort(id, env);
    if (answer === 'unknown') throw unknownOperation(id);
    if (options.json) printJson(io, { operationId: id, answer });
    else
      tell(
        io,
        answer === 'requested'
          ? `asked ${id} to abort; follow it with: ferry watch ${id}`
          : `${id} has ended already`,
      );
    return ExitCode.done;
  });
}

export function unknownOperation(id: string): UsageError {
  return new UsageError(`no operation ${id}; see: ferry status, ferry history`);
}

async function withJournal(
  io: Io,
  use: (env: ReturnType<typeof createEnv>) => Promise<number>,
): Promise<number> {
  const env = createEnv({ journalPath: journalPath(io.env) });
  try {
    return await use(env);
  } finally {
    await env.close();
  }
}
