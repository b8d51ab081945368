import type { Run, RunEntry } from '@virt-ferry/engine';
import { requestText } from '../fleet/run-request.ts';
import { progressText, type RunStory, storyOf } from '../fleet/run-story.ts';
import { holderText } from '../open-operations.ts';
import { type OpenRun, openRunText } from '../open-runs.ts';
import { formatDuration } from '../units/duration.ts';
import { fieldText } from './entry-data.ts';
import { timeText } from './operation.ts';
import { oneLine } from './printable.ts';
import { table } from './table.ts';

/** What a run was asked for, its story line by line, and how it stands or has ended. */
export function runLines(run: Run, entries: readonly RunEntry[], open: OpenRun | null): string[] {
  const story = storyOf(entries);
  const row = (what: string, text: string) => `  ${what.padEnd(12)}${text}`;
  return [
    `${requestText(run)} (${run.id})`,
    row('hosts', run.hosts.map(({ name, uri }) => `${name}, ${uri}`).join('; ')),
    row('asked for', askedFor(run)),
    row('begun', `${timeText(run.startedAtMs)}, last carried out by ${holderText(run)}`),
    ...(run.abortRequested ? [row('', 'an abort was asked for')] : []),
    ...entries.flatMap((entry) => entryLines(entry, entries, run.startedAtMs)),
    ...homeLines(story),
    ...(run.outcome ? outcomeLines(run, story) : []),
    ...(open ? [`still open: ${openRunText(open)}`] : []),
  ].map(oneLine);
}

/** What came of it stands below; `show --json` has all of it. */
function askedFor({ request: { goal: _goal, saved, former, ...asked } }: Run): string {
  const fields = Object.entries(asked).map(([name, value]) => fieldText(name, value));
  return [...fields, ...(saved === undefined ? [] : ['a kept plan, as it stands'])].join('  ');
}

function entryLines(entry: RunEntry, entries: readonly RunEntry[], startedAtMs: number): string[] {
  const after = `+${formatDuration(Math.max(0, entry.atMs - startedAtMs))}`.padStart(10);
  return [`${after}  ${entryText(entry, entries)}`];
}

function entryText(entry: RunEntry, entries: readonly RunEntry[]): string {
  const moveOf = (of: number) => {
    const intent = entries.find(({ sequence }) => sequence === of);
    return intent?.kind === 'intent' ? intent.domain : `move ${of}`;
  };
  switch (entry.kind) {
    case 'plan': {
      const moves = entry.moves.map(({ domain, from, to }) => `${domain} ${from} → ${to}`);
      return `planned: ${moves.join(', ') || 'no moves'}`;
    }
    case 'intent':
      return `${entry.domain}: ${entry.from} → ${entry.to}: begins`;
    case 'operation':
      return `${moveOf(entry.of)}: operation ${entry.operationId}`;
    case 'ended':
      return `${moveOf(entry.of)}: ${entry.result}${entry.reason === '' ? '' : `: ${entry.reason}`}`;
    case 'step-began':
      return `${entry.host}: ${entry.step} begins`;
    case 'step-done':
      return `${entry.host}: ${entry.step} done`;
    case 'taken-over':
      return `taken over by process ${entry.pid} on ${entry.machine}`;
    default:
      return entry satisfies never;
  }
}

function homeLines({ homes }: RunStory): string[] {
  return [...homes].map(([domain, host]) => `${domain} came from ${host}`);
}

function outcomeLines({ outcome }: Run, story: RunStory): string[] {
  const stays = outcome?.stays.map(({ domain, reason }) => `${domain} stays: ${reason}`) ?? [];
  return [`${outcome?.result}: ${progressText(story)}`, ...stays];
}

/** Runs that are under way or were left open. */
export function openRunsTable(runs: readonly OpenRun[], nowMs: number): string {
  return table(
    ['ID', 'RUN', 'SINCE', 'MOVES', 'STATE'],
    runs.map(({ run, attendance, story }) => [
      ...[run.id, requestText(run), formatDuration(Math.max(0, nowMs - run.startedAtMs))],
      ...[
        progressText(story),
        attendance === 'running' ? `running, ${holderText(run)}` : `left open → ferry recover ${run.id}`,
      ],
    ]),
  );
}

/** Runs that have ended. */
export function endedRunsTable(runs: readonly Run[]): string {
  return table(
    ['ID', 'WHEN', 'RUN', 'RESULT', 'MOVED', 'TOTAL'],
    runs.map((run) => [
      ...[run.id, timeText(run.startedAtMs), requestText(run), run.outcome?.result ?? '-'],
      String(run.outcome?.moved.length ?? '-'),
      run.endedAtMs === null ? '-' : formatDuration(run.endedAtMs - run.startedAtMs),
    ]),
  );
}
