import type { Run, RunOutcome } from '@virt-ferry/engine';
import { UsageError } from '../errors.ts';
import { requestText } from '../fleet/run-request.ts';
import { storyOfRun } from '../fleet/run-story.ts';
import { type Io, tell } from '../io.ts';
import { withEngine } from '../with-engine.ts';
import { runLive } from './run-fleet.ts';
import type { LiveOptions } from './running.ts';

/** `ferry restore [RUN-ID]`: takes back what a run took away, the last evacuation where none is named. */
export async function restore(id: string | undefined, options: LiveOptions, io: Io): Promise<number> {
  const former = await withEngine(io, async (_engine, env) => {
    const all = await env.journal.runs.runs({});
    const runs = id === undefined ? lastEvacuation(all) : [named(id, all)];
    for (const run of runs) {
      if (run.endedAtMs === null)
        throw new UsageError(
          `run ${run.id} has not ended: bring it to its end first, ferry recover ${run.id}`,
        );
    }
    tell(
      io,
      `restores what ${runs.map((run) => `run ${run.id}, ${requestText(run)},`).join(' and ')} took away`,
    );
    const homes = new Map<string, string>();
    // The newest first: what was taken away twice goes back to where it was at first.
    for (const run of runs)
      for (const [domain, host] of (await storyOfRun(run, env)).homes) homes.set(domain, host);
    return [...homes].map(([domain, host]) => ({ domain, host }));
  });
  return runLive({ goal: 'restore', former }, options, io);
}

function named(id: string, runs: readonly Run[]): Run {
  const run = runs.find((one) => one.id === id);
  if (run === undefined) throw new UsageError(`no run ${id}; see: ferry history`);
  return run;
}

const unfinished: readonly RunOutcome['result'][] = ['aborted', 'failed', 'blocked'];

/**
 * The last evacuation, and those of the same hosts just before it that were not brought to their end: the user has said
 * the same again.
 */
function lastEvacuation(runs: readonly Run[]): Run[] {
  const [last, ...earlier] = runs.filter(({ goal }) => goal === 'evacuate' || goal === 'restore');
  if (last?.goal !== 'evacuate')
    throw new UsageError(
      last
        ? `the last evacuation was restored by run ${last.id}; name another: ferry restore RUN-ID`
        : 'nothing was evacuated yet',
    );
  const next = earlier.findIndex(
    (run) =>
      run.goal !== 'evacuate' ||
      requestText(run) !== requestText(last) ||
      run.outcome === null ||
      !unfinished.includes(run.outcome.result),
  );
  return [last, ...earlier.slice(0, next < 0 ? earlier.length : next)];
}
