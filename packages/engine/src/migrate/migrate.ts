/**
 * Moves one running domain. The story, top to bottom:
 *
 *   inventory ─► preflight ─► begin ─► prepare ─► perform ─► finish ─► confirm ─► verify
 *                   │        └──────────── direct.ts ──────────────────────────────────┘
 *                blocked         the source owns the guest  │  the destination owns it
 *
 * Until Finish(cancelled=0) is sent the source owns the guest and every failure rolls back to it. From then on the
 * destination does, until it is proven that the guest never ran there.
 */
import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { CheckReport, MoveEvent, MoveRequest, Outcome } from '../model.ts';
import type { CheckContext } from '../preflight/check.ts';
import { preflight } from '../preflight/preflight.ts';
import { AbortRequest } from './abort-request.ts';
import { type Blackout, startBlackout } from './blackout.ts';
import { driveDirectly } from './direct.ts';
import { EventQueue } from './event-queue.ts';
import { beginOperation, type Ending, endOperation, type Move } from './operation.ts';
import { closeLink, openLinks } from './sides.ts';
import { type Story, tellStory } from './story.ts';
import { lookUpOn, readContext } from './subject.ts';
import { limitDowntime } from './tuning.ts';

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
  const moving = connectAndMove(request, env, story, signal).finally(() => events.end());
  // Awaited below, once the events are told; until then a failure is not unhandled.
  moving.catch(() => undefined);
  yield* events;
  return await moving;
}

async function connectAndMove(
  request: MoveRequest,
  env: Env,
  story: Story,
  signal: AbortSignal,
): Promise<Outcome> {
  const startedAt = env.monotonicMs();
  const { from, to } = await openLinks(request.source, request.destination, env, signal);
  const abort = new AbortRequest(signal, request.deadlineMs, env);
  const background: Promise<unknown>[] = [];
  try {
    const dom = await lookUpOn(from, request.domain);
    const move: Move = { request, env, story, from, to, dom, abort, background };
    await beginOperation(move);
    const ending = await moveDomain(move);
    return await endOperation(move, ending, Math.round(env.monotonicMs() - startedAt));
  } finally {
    abort.close();
    await Promise.allSettled(background);
    await Promise.all([closeLink(from), closeLink(to)]);
  }
}

async function moveDomain(move: Move): Promise<Ending> {
  const { request, story, from, dom, abort } = move;
  let ready: Ready;
  try {
    ready = await getReady(move);
  } catch (error) {
    return notBegun(error);
  }
  const { report, context, blackout } = ready;
  try {
    if (report.verdict === 'blocked') return { result: 'blocked', reason: firstBlocker(report) };
    if (abort.requested) return { result: 'aborted', reason: abort.reason };
    const restoreDowntime = await limitDowntime(from, dom, request.maxDowntimeMs, story).catch(notBegun);
    if (typeof restoreDowntime !== 'function') return restoreDowntime;
    const ending = await driveDirectly(move, context.domain, report, () => blackout.alive());
    if (ending.result === 'migrated') return { ...ending, blackoutMs: await blackout.finish() };
    await restoreDowntime();
    return ending;
  } catch (error) {
    // Only what could not be foreseen comes here, so nothing is taken for granted.
    return { result: 'uncertain', reason: messageOf(error) };
  } finally {
    await blackout.finish();
  }
}

interface Ready {
  readonly context: CheckContext;
  readonly report: CheckReport;
  readonly blackout: Blackout;
}

/** Looks at both hosts and checks whether the move can work, while the measurement of the blackout begins. */
async function getReady({ request, env, story, from, to, dom }: Move): Promise<Ready> {
  story.emit({ type: 'phase', phase: 'inventory' });
  const context = await readContext(from, to, dom, env);
  story.emit({ type: 'phase', phase: 'preflight' });
  const [report, blackout] = await Promise.all([
    preflight(context),
    startBlackout(request.probe, from, dom, env, story),
  ]);
  try {
    await story.note('preflight', { verdict: report.verdict, findings: report.findings });
  } catch (error) {
    // Else its probe would go on for ever.
    await blackout.finish();
    throw error;
  }
  story.emit({ type: 'checked', report });
  return { context, report, blackout };
}

function notBegun(error: unknown): Ending {
  return { result: 'rolled-back', reason: `${messageOf(error)}; nothing was begun on either host` };
}

function firstBlocker(report: CheckReport): string {
  return report.findings.find(({ severity }) => severity === 'blocker')?.message ?? '';
}
