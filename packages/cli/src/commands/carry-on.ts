import type { OwnRun, Run } from '@virt-ferry/engine';
import type { Plan } from '@virt-ferry/fleet';
import { oneLine } from '../display/printable.ts';
import { ExitCode } from '../errors.ts';
import type { Wanted } from '../fleet/ground.ts';
import { endedBy } from '../fleet/move-one.ts';
import { type RunRequest, requestOf, requestText } from '../fleet/run-request.ts';
import { type Begun, operationOf, type RunStory, stepDone, storyOf } from '../fleet/run-story.ts';
import { tell } from '../io.ts';
import { carryOutRoll, carryOutRun } from './carry-out.ts';
import { recoverAndShow } from './recover-operation.ts';
import type { Recovering } from './recovering.ts';
import { report } from './run-audience.ts';
import { withGround } from './running.ts';
import { showPlan } from './show-plan.ts';

/** CPU load is measured for so long when a run is carried on. */
const WINDOW_MS = 5000;

/**
 * Carries on a run that was left open: its moves are brought to their end first, then what is left is planned on the
 * hosts as they are by now.
 */
export async function carryOn(run: Run, recovering: Recovering): Promise<number> {
  const { engine, env, io, options } = recovering;
  const request = requestOf(run);
  const own = await engine.takeRun(run, env);
  let story: RunStory;
  try {
    const unsettled = await settle(own, recovering);
    if (unsettled !== null) {
      tell(io, oneLine(`run ${run.id} stays open: it is not known how ${unsettled.domain} moved`));
      await own.leave();
      return ExitCode.uncertain;
    }
    story = storyOf(await env.journal.runs.entries(run.id));
    if (run.abortRequested) {
      const outcome = { result: 'aborted', moved: story.moved, stays: [] } as const;
      await own.end(outcome);
      report(outcome, options, io);
      return ExitCode.aborted;
    }
  } catch (error) {
    await own.leave();
    throw error;
  }
  tell(io, oneLine(`run ${run.id}, ${requestText(run)}, is carried on`));
  const running = { engine, env, io, options: { ...options, yes: true } };
  const given = { hosts: hostsNow(run, recovering), seed: request.seed, windowMs: WINDOW_MS };
  return withGround(given, running, async (ground) => {
    if (request.goal === 'roll') return carryOutRoll(request, own, ground, story.moved, running);
    return carryOutRun(rest(wantedAgain(request), story), ground, own, story.moved, running);
  });
}

/** `ferry recover RUN-ID --dry-run`: what is left, on the hosts as they are now. Touches nothing. */
export async function showRest(run: Run, recovering: Recovering): Promise<number> {
  const { engine, env, io, options } = recovering;
  const request = requestOf(run);
  const story = storyOf(await env.journal.runs.entries(run.id));
  for (const { domain, from, to } of story.unsettled)
    tell(io, oneLine(`${domain}: ${from} → ${to}: how it ended is asked of both hosts first`));
  const { planNow } = await import('../fleet/plan-now.ts');
  const given = { hosts: hostsNow(run, recovering), seed: request.seed, windowMs: WINDOW_MS };
  return withGround(given, { engine, env, io, options }, async (ground) => {
    if (request.goal === 'roll') {
      const left = request.hosts.filter((host) => !stepDone(story, host, 'refilled'));
      tell(io, oneLine(`still to be rolled: ${left.join(', ')}`));
      return ExitCode.done;
    }
    return showPlan(await planNow(rest(wantedAgain(request), story), ground), options, io);
  });
}

/** Brings every move that was begun to its end and writes how it ended; returns one that can't be. */
async function settle(own: OwnRun, recovering: Recovering): Promise<Begun | null> {
  const { env } = recovering;
  const { unsettled } = storyOf(await env.journal.runs.entries(own.id));
  for (const move of unsettled) {
    const operation = await operationOf(move, env);
    if (operation?.endedAtMs === null) {
      const { recovery } = await recoverAndShow(operation.id, recovering);
      if (recovery.open) return move;
    }
    const outcome = operation ? (await env.journal.operation(operation.id))?.outcome : null;
    const ended = outcome ? endedBy(outcome) : ({ result: 'failed', reason: 'it was not begun' } as const);
    await own.append({ kind: 'ended', of: move.of, ...ended });
  }
  return null;
}

/** By where they are now: they may have got a new address since. */
function hostsNow(run: Run, { hosts }: Recovering) {
  return run.hosts.map((ref) => hosts.find(({ name }) => name === ref.name) ?? ref);
}

/** What has moved need not again; what is wanted of all hosts is planned anew anyway. */
function rest(wanted: Wanted, { begun }: RunStory): Wanted {
  if (wanted.kind === 'goal') return wanted;
  const isOver = ({ domain, from, to }: Plan['moves'][number]) =>
    begun.some(
      (one) => one.result === 'moved' && one.domain === domain && one.from === from && one.to === to,
    );
  const left = wanted.plan.moves.filter((move) => !isOver(move));
  const ids = new Set(left.map(({ id }) => id));
  const moves = left.map((move) => ({ ...move, after: move.after.filter((id) => ids.has(id)) }));
  return { ...wanted, plan: { ...wanted.plan, moves } };
}

/** The request of a run as a plan is made for it. */
function wantedAgain(request: Exclude<RunRequest, { goal: 'roll' }>): Wanted {
  const { saved } = request;
  return saved === undefined ? { kind: 'goal', request } : { kind: 'plan', request, plan: saved };
}
