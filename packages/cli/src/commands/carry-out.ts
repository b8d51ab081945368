import type { OwnRun } from '@virt-ferry/engine';
import type { Ground, Wanted } from '../fleet/ground.ts';
import type { RollRequest } from '../fleet/run-request.ts';
import { tell } from '../io.ts';
import { audience, report, rollAudience } from './run-audience.ts';
import { type Running, runExitCodes } from './running.ts';

/** Carries out, tells, and ends the run, or leaves it open where it can't be known how a move ended. */
export async function carryOutRun(
  wanted: Wanted,
  ground: Ground,
  run: OwnRun | (() => Promise<OwnRun>),
  before: readonly string[],
  { io, options }: Running,
): Promise<number> {
  const [{ carryOut }, { withRun }] = await Promise.all([
    import('../fleet/carry-out.ts'),
    import('../fleet/with-run.ts'),
  ]);
  const leftOpen = (id: string) => tell(io, `run ${id} stays open; carry it on with: ferry recover ${id}`);
  const work = (once: () => Promise<OwnRun>) =>
    carryOut(wanted, ground, { begin: once }, audience(options, io));
  const done = await withRun(run, before, work, { leftOpen });
  report(done, options, io);
  return runExitCodes[done.result];
}

/** Rolls; whatever isn't done stays open, so that it can be gone on with where it stopped. */
export async function carryOutRoll(
  request: RollRequest,
  own: OwnRun,
  ground: Ground,
  before: readonly string[],
  { io, options }: Running,
): Promise<number> {
  const [{ roll }, { withRun }] = await Promise.all([
    import('../fleet/roll.ts'),
    import('../fleet/with-run.ts'),
  ]);
  const work = () => roll(request, own, ground, rollAudience(options, io));
  const done = await withRun(own, before, work, {
    staysOpen: (result) => result !== 'done' && !own.stopped.aborted,
    leftOpen: (id) => tell(io, howToGoOn(id)),
  });
  report(done, options, io);
  return runExitCodes[done.result];
}

function howToGoOn(id: string): string {
  const giveUp = `ferry abort ${id}, then ferry recover ${id}, and what it took away is brought back by ferry restore ${id}`;
  return `run ${id} stopped there and stays open; go on with: ferry recover ${id}; or give it up: ${giveUp}`;
}
