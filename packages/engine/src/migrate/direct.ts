/**
 * The direct way: Ferry makes the calls of all five phases itself, and so knows at every moment who owns the guest.
 *
 *   begin ─► prepare ─► perform ─┤ finish(0) sent ├─ answered ─► confirm(0) ─► verify
 *     │         │          │              │
 *     └─────────┴──────────┴─ roll back   └─ no good answer: look at the destination, then decide
 */
import { type DomainRef, JobStatsFlag, messageOf } from '@virt-ferry/libvirt';
import type { CheckReport, Domain } from '../model.ts';
import { verify } from '../verify.ts';
import { decideAfterFinish } from './after-finish.ts';
import { type Totals, totalsOf } from './job-stats.ts';
import { look } from './look.ts';
import type { Ending, Guest, Move } from './operation.ts';
import { chooseParameters } from './parameters.ts';
import { type Baton, Phases } from './phases.ts';
import { type Reached, rollBack } from './roll-back.ts';
import type { Link } from './sides.ts';
import type { Story } from './story.ts';
import { beginSafely } from './unsafe.ts';
import { watchProgress } from './watch.ts';

/** Drives the phases to an end: the guest runs there, or here, or it is said that this isn't known. */
export async function driveDirectly(
  move: Move,
  domain: Domain,
  report: CheckReport,
  guestAnswers: () => Promise<void>,
): Promise<Ending> {
  const { request, env, story, from, to, dom, abort } = move;
  const guest: Guest = { uuid: dom.uuid, wasPaused: domain.state === 'paused' };
  const back = async (reached: Reached, phases: Phases, baton: Baton, cause: unknown): Promise<Ending> => {
    const rolledBack = await rollBack(move, guest, reached, phases, baton);
    const why = abort.requested ? abort.reason : messageOf(cause);
    const reason = `${why}; ${rolledBack.reason}`;
    if (!rolledBack.safe) return { result: 'uncertain', reason };
    return { result: abort.requested ? 'aborted' : 'rolled-back', reason };
  };

  story.emit({ type: 'phase', phase: 'begin' });
  let phases: Phases;
  let baton: Baton;
  try {
    ({ phases, baton } = await begin(move, domain, report));
  } catch (error) {
    const where = `nothing was begun, the domain is where it was, on ${from.ref.name}`;
    return { result: abort.requested ? 'aborted' : 'rolled-back', reason: `${messageOf(error)}; ${where}` };
  }

  // The source owns the guest, and goes on running it.
  let reached: Reached = 'begun';
  try {
    abort.throwIfRequested();
    story.emit({ type: 'phase', phase: 'prepare' });
    baton = await phases.prepare(baton);
    reached = 'prepared';
    abort.throwIfRequested();
    story.emit({ type: 'phase', phase: 'perform' });
    reached = 'performed';
    baton = await perform(move, phases, baton);
    // The guest stands still on the source, which still owns it: the last chance to give it back.
    reached = 'prepared';
    abort.throwIfRequested();
  } catch (error) {
    return await back(reached, phases, baton, error);
  }

  // From this call on the destination owns the guest.
  story.emit({ type: 'phase', phase: 'finish' });
  try {
    baton = await phases.finish(baton, false);
  } catch (error) {
    const sighting = await look(request.destination, guest.uuid, env);
    const { owner, reason } = decideAfterFinish(error, sighting);
    await story.note('after-finish', { owner, reason, sighting });
    if (owner === 'source') return await back('prepared', phases, baton, error);
    if (owner === 'unknown') {
      return { result: 'uncertain', reason: `${messageOf(error)}; ${reason}; nothing more was touched` };
    }
    await story.notice(`the answer to Finish was lost (${messageOf(error)}), but ${reason}`);
  }
  story.emit({ type: 'owner', owner: 'destination' });

  const [totals, debts] = await Promise.all([
    readTotals(to, dom),
    confirm(phases, baton, story),
    guestAnswers(),
  ]);
  story.emit({ type: 'phase', phase: 'verify' });
  // Finish was answered or seen to have worked: whatever can't be looked at now, the guest runs on the destination.
  const wrong = await verify(from, to, guest).catch((error) => [
    `both hosts could not be looked at: ${messageOf(error)}`,
  ]);
  await story.note('verify', { wrong });
  return { result: 'migrated', reason: [...debts, ...wrong].join('; '), ...totals };
}

async function begin({ request, story, from, to, dom }: Move, domain: Domain, report: CheckReport) {
  const [source, destination] = await Promise.all([from.phases, to.phases]);
  const phasesWith = (unsafe: boolean) =>
    new Phases(source, destination, dom, chooseParameters(request, domain, unsafe), story);
  return beginSafely(phasesWith, report, domain, story);
}

/** Sends the guest, watching it and ready to stop it. */
async function perform(move: Move, phases: Phases, baton: Baton): Promise<Baton> {
  const { env, story, from, dom, abort } = move;
  const over = new AbortController();
  const stop = () =>
    void from.monitor
      .domainAbortJob({ dom })
      .catch((error: unknown) => story.notice(`could not abort: ${messageOf(error)}`))
      .catch(() => undefined);
  abort.onRequest(stop);
  const onAbortRequested = () => abort.request('asked for by ferry abort');
  move.background.push(watchProgress(from, dom, story, env, onAbortRequested, over.signal));
  try {
    return await phases.perform(baton);
  } finally {
    // The guest stands still now: nothing is waited for here that can be waited for later.
    abort.offRequest(stop);
    over.abort();
  }
}

/** The guest runs on the destination whatever comes of this: what goes wrong here is a debt, not a failure. */
async function confirm(phases: Phases, baton: Baton, story: Story): Promise<string[]> {
  story.emit({ type: 'phase', phase: 'confirm' });
  try {
    await phases.confirm(baton, false);
    return [];
  } catch (error) {
    return [`the source did not let go: ${messageOf(error)}`];
  }
}

/** What libvirt on the destination counted. Nice to have: a move doesn't fail for want of it. */
async function readTotals(to: Link, dom: DomainRef): Promise<Totals> {
  try {
    const { params } = await to.monitor.domainGetJobStats({ dom, flags: JobStatsFlag.completed });
    return totalsOf(params);
  } catch {
    return { downtimeMs: null, bytesTransferred: null, iterations: null };
  }
}
