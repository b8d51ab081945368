/**
 * Moves one running domain. The story, top to bottom:
 *
 *   inventory ─► preflight ─► begin ─► prepare ─► perform ─► finish ─► confirm ─► verify
 *                   │                                │          │
 *                blocked                     source owns it   destination owns it
 *
 * Until Finish(cancelled=0) is sent the source owns the guest and every failure rolls back to it. From then on the
 * destination does, until it is proven that the guest never ran there.
 */
import { type DomainRef, JobStatsFlag } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { CheckReport, Domain, MoveEvent, MoveRequest, Outcome } from '../model.ts';
import { preflight } from '../preflight/preflight.ts';
import { verify } from '../verify.ts';
import { AbortRequest } from './abort-request.ts';
import { decideAfterFinish } from './after-finish.ts';
import { startBlackout } from './blackout.ts';
import { EventQueue } from './event-queue.ts';
import { totalsOf } from './job-stats.ts';
import { look } from './look.ts';
import { chooseParameters } from './parameters.ts';
import { type Baton, Phases } from './phases.ts';
import { type Reached, rollBack } from './roll-back.ts';
import { closeLink, type Link, openLinks } from './sides.ts';
import { type Story, tellStory } from './story.ts';
import { lookUpOn, readContext } from './subject.ts';
import { limitDowntime } from './tuning.ts';
import { beginSafely } from './unsafe.ts';
import { watchProgress } from './watch.ts';

/**
 * Moves a domain and tells what happens. Aborting `signal` asks for an abort: the generator goes on until the domain
 * is safe, and says so in its outcome. Throws only where nothing was begun: no connection, no such domain, no journal.
 */
export async function* migrate(
  request: MoveRequest,
  env: Env,
  signal: AbortSignal,
): AsyncGenerator<MoveEvent, Outcome> {
  const events = new EventQueue<MoveEvent>();
  const story = tellStory(env.newId(), env, (event) => events.push(event));
  const moving = move(request, env, story, signal).finally(() => events.end());
  // Awaited below, once the events are told; until then a failure is not unhandled.
  moving.catch(() => undefined);
  yield* events;
  return await moving;
}

async function move(request: MoveRequest, env: Env, story: Story, signal: AbortSignal): Promise<Outcome> {
  const startedAt = env.monotonicMs();
  const { from, to } = await openLinks(request.source, request.destination, env, signal);
  const abort = new AbortRequest(signal, request.deadlineMs, env);
  try {
    const dom = await lookUpOn(from, request.domain);
    await beginOperation(request, dom, story, env);
    const ending = await moveDomain({ request, env, story, from, to, dom, abort });
    const outcome = {
      ...describe(request, dom, story),
      ...ending,
      totalMs: Math.round(env.monotonicMs() - startedAt),
    };
    await env.journal.end(story.operationId, outcome, env.nowMs());
    return outcome;
  } finally {
    abort.close();
    await Promise.all([closeLink(from), closeLink(to)]);
  }
}

interface Move {
  readonly request: MoveRequest;
  readonly env: Env;
  readonly story: Story;
  readonly from: Link;
  readonly to: Link;
  readonly dom: DomainRef;
  readonly abort: AbortRequest;
}

type Ending = Pick<Outcome, 'result' | 'reason'> & Partial<Outcome>;

async function moveDomain(move: Move): Promise<Ending> {
  const { request, env, story, from, to, dom, abort } = move;
  story.emit({ type: 'phase', phase: 'inventory' });
  const context = await readContext(from, to, dom, env);
  const { domain } = context;

  story.emit({ type: 'phase', phase: 'preflight' });
  const [report, blackout] = await Promise.all([
    preflight(context),
    startBlackout(request.probe, from, dom, env, story),
  ]);
  try {
    await story.note('preflight', { verdict: report.verdict, findings: report.findings });
    story.emit({ type: 'checked', report });
    if (report.verdict === 'blocked') return { result: 'blocked', reason: firstBlocker(report) };
    if (abort.requested) return { result: 'aborted', reason: abort.reason };
    const restoreDowntime = await limitDowntime(from, dom, request.maxDowntimeMs, story);
    const ending = await drivePhases(move, domain, report, () => blackout.alive());
    if (ending.result !== 'migrated') await restoreDowntime();
    return { ...ending, blackoutMs: ending.result === 'migrated' ? await blackout.finish() : null };
  } finally {
    await blackout.finish();
  }
}

async function drivePhases(
  move: Move,
  domain: Domain,
  report: CheckReport,
  guestAnswers: () => Promise<void>,
): Promise<Ending> {
  const { request, env, story, from, to, dom, abort } = move;
  const guest = { uuid: dom.uuid, wasPaused: domain.state === 'paused' };
  const back = async (reached: Reached, phases: Phases, baton: Baton, cause: unknown): Promise<Ending> => {
    const rolledBack = await rollBack(reached, phases, baton, request, guest, story, env);
    const why = abort.requested ? abort.reason : messageOf(cause);
    const reason = `${why}; ${rolledBack.reason}`;
    if (!rolledBack.safe) return { result: 'uncertain', reason };
    return { result: abort.requested ? 'aborted' : 'rolled-back', reason };
  };

  story.emit({ type: 'phase', phase: 'begin' });
  let phases: Phases;
  let baton: Baton;
  try {
    const [source, destination] = await Promise.all([from.phases, to.phases]);
    const phasesWith = (unsafe: boolean) =>
      new Phases(source, destination, dom, chooseParameters(request, domain, unsafe), story);
    ({ phases, baton } = await beginSafely(phasesWith, report, domain, story));
  } catch (error) {
    return {
      result: 'rolled-back',
      reason: `${messageOf(error)}; nothing was begun, the domain runs on ${from.ref.name}`,
    };
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
    abort.throwIfRequested();
  } catch (error) {
    return await back(reached, phases, baton, error);
  }

  // The guest stands still on the source. From the next call on the destination owns it.
  story.emit({ type: 'phase', phase: 'finish' });
  try {
    baton = await phases.finish(baton, false);
  } catch (error) {
    const sighting = await look(request.destination, guest.uuid, env);
    const { owner, reason } = decideAfterFinish(error, sighting);
    await story.note('after-finish', { owner, reason, sighting });
    if (owner === 'source') return await back('prepared', phases, baton, error);
    if (owner === 'unknown')
      return { result: 'uncertain', reason: `${messageOf(error)}; ${reason}; nothing more was touched` };
    await story.notice(`the answer to Finish was lost (${messageOf(error)}), but ${reason}`);
  }
  story.emit({ type: 'owner', owner: 'destination' });

  const [totals, debts] = await Promise.all([
    readTotals(to, dom),
    confirm(phases, baton, story),
    guestAnswers(),
  ]);
  story.emit({ type: 'phase', phase: 'verify' });
  const wrong = await verify(from, to, guest);
  await story.note('verify', { wrong });
  return { result: 'migrated', reason: [...debts, ...wrong].join('; '), ...totals };
}

/** Sends the guest, watching it and ready to stop it. */
async function perform({ env, story, from, dom, abort }: Move, phases: Phases, baton: Baton): Promise<Baton> {
  const over = new AbortController();
  const stop = () =>
    void from.monitor
      .domainAbortJob({ dom })
      .catch((error: unknown) => story.notice(`abort: ${messageOf(error)}`));
  abort.onRequest(stop);
  const watching = watchProgress(
    from,
    dom,
    story,
    env,
    () => abort.request('asked for by ferry abort'),
    over.signal,
  );
  try {
    return await phases.perform(baton);
  } finally {
    abort.offRequest(stop);
    over.abort();
    await watching.catch(() => undefined);
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

async function readTotals(to: Link, dom: DomainRef) {
  try {
    const { params } = await to.monitor.domainGetJobStats({ dom, flags: JobStatsFlag.completed });
    return totalsOf(params);
  } catch {
    return { downtimeMs: null, bytesTransferred: null, iterations: null };
  }
}

async function beginOperation(request: MoveRequest, dom: DomainRef, story: Story, env: Env): Promise<void> {
  const { source, destination } = request;
  const operation = {
    id: story.operationId,
    kind: 'migrate',
    domain: { name: dom.name, uuid: dom.uuid },
  } as const;
  const hosts = { source: source.name, destination: destination.name };
  await env.journal.begin({ ...operation, ...hosts, request, startedAtMs: env.nowMs() });
  story.emit({ type: 'started', operationId: story.operationId, domain: dom.name, ...hosts });
}

function describe(request: MoveRequest, dom: DomainRef, story: Story) {
  return {
    operationId: story.operationId,
    domain: { name: dom.name, uuid: dom.uuid },
    source: request.source.name,
    destination: request.destination.name,
    method: 'pre-copy',
    downtimeMs: null,
    blackoutMs: null,
    bytesTransferred: null,
    iterations: null,
  } as const;
}

function firstBlocker(report: CheckReport): string {
  return report.findings.find(({ severity }) => severity === 'blocker')?.message ?? '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
