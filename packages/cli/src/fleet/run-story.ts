import type { Operation, RealEnv, RollStep, Run, RunEntry, RunMove } from '@virt-ferry/engine';

/** A move that was begun. */
export interface Begun extends RunMove {
  /** The line that announced it. */
  readonly of: number;
  readonly atMs: number;
  readonly operationId: string | null;
  /** `null` where that isn't told. */
  readonly result: 'moved' | 'failed' | 'uncertain' | null;
}

/** What a run's lines come to. */
export interface RunStory {
  readonly begun: readonly Begun[];
  /** Those of which it isn't known how they ended. */
  readonly unsettled: readonly Begun[];
  /** What has moved, in order. */
  readonly moved: readonly string[];
  /** By domain: where the first of its moves took it from. */
  readonly homes: ReadonlyMap<string, string>;
  readonly planned: number;
  /** How far each host of a roll has come, as `host step`. */
  readonly steps: ReadonlySet<string>;
}

export const stepDone = ({ steps }: RunStory, host: string, step: RollStep) => steps.has(`${host} ${step}`);

/** Reads a run's story. What has ended twice has ended as it was told last: recovery tells it after the move. */
export function storyOf(entries: readonly RunEntry[]): RunStory {
  const begun = new Map<number, Begun>();
  const change = (of: number, more: Partial<Begun>) => {
    const move = begun.get(of);
    if (move) begun.set(of, { ...move, ...more });
  };
  const steps = new Set<string>();
  let planned = 0;
  for (const entry of entries) {
    if (entry.kind === 'plan') planned = moves(begun, 'moved').length + entry.moves.length;
    else if (entry.kind === 'intent') {
      const { sequence: of, domain, from, to, atMs } = entry;
      begun.set(of, { of, domain, from, to, atMs, operationId: null, result: null });
    } else if (entry.kind === 'operation') change(entry.of, { operationId: entry.operationId });
    else if (entry.kind === 'ended') change(entry.of, { result: entry.result });
    else if (entry.kind === 'step-done') steps.add(`${entry.host} ${entry.step}`);
  }
  const moved = moves(begun, 'moved');
  return {
    ...{ begun: [...begun.values()], planned, steps },
    unsettled: [...moves(begun, null), ...moves(begun, 'uncertain')],
    moved: moved.map(({ domain }) => domain),
    homes: new Map(moved.toReversed().map(({ domain, from }) => [domain, from])),
  };
}

const moves = (begun: ReadonlyMap<number, Begun>, result: Begun['result']) =>
  [...begun.values()].filter((move) => move.result === result);

/** The operation of a move that was begun, also where Ferry was gone before it could say which; `null`: there is none. */
export async function operationOf(move: Begun, { journal }: RealEnv): Promise<Operation | null> {
  if (move.operationId !== null) return journal.operation(move.operationId);
  const all = await journal.operations({});
  const isIt = ({ domain, source, destination, startedAtMs }: Operation) =>
    domain.name === move.domain &&
    source === move.from &&
    destination === move.to &&
    startedAtMs >= move.atMs;
  return all.findLast(isIt) ?? null;
}

/** How many of a run's planned moves are over: `2 of 5 moved`. */
export function progressText(story: RunStory): string {
  return `${story.moved.length} of ${story.planned} moved`;
}

/** The runs that took something away from hosts, newest first, with what each has moved. */
export async function storyOfRun(run: Pick<Run, 'id'>, { journal }: RealEnv): Promise<RunStory> {
  return storyOf(await journal.runs.entries(run.id));
}
