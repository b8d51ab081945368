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
import type { DomainRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { readDomain } from '../inventory/domain.ts';
import type { MoveEvent, MoveRequest, Outcome } from '../model.ts';
import { moveOffline } from '../offline/move-offline.ts';
import { readDescriptions } from '../translate/read.ts';
import { AbortRequest } from './abort-request.ts';
import { arrived } from './arrived.ts';
import { driveDirectly } from './direct.ts';
import { EventQueue } from './event-queue.ts';
import { beginStrategy, getReady, type Ready } from './get-ready.ts';
import { blockedBy, notBegun } from './not-begun.ts';
import { beginOperation, type Ending, endOperation, type Guest, type Move } from './operation.ts';
import { driveByPeer } from './peer.ts';
import { settleMove } from './settle-move.ts';
import { closeLink, type Link, openLinks } from './sides.ts';
import { leaveDisks } from './source-disks.ts';
import { prepareStorage, removePools } from './storage.ts';
import { tellStory } from './story.ts';
import { contextFor, lookUpOn, readSides, type SidesContext } from './subject.ts';
import { tooLate } from './too-late.ts';
import { Tracer } from './trace.ts';
import { elseUncompressed } from './uncompressed.ts';

/**
 * Moves a domain and tells what happens. Aborting `signal` asks for an abort: the generator goes on until the domain
 * is safe, and says so in its outcome. Throws only where nothing was begun: no connection, no such domain, no journal,
 * an operation of that domain that is still open.
 */
export function migrate(
  request: MoveRequest,
  env: Env,
  signal: AbortSignal,
): AsyncGenerator<MoveEvent, Outcome> {
  return elseUncompressed(request, (wanted) => moveOnce(wanted, env, signal));
}

async function* moveOnce(
  request: MoveRequest,
  env: Env,
  signal: AbortSignal,
): AsyncGenerator<MoveEvent, Outcome> {
  const events = new EventQueue<MoveEvent>();
  const emit = (event: MoveEvent) => events.push(event);
  const moving = connectAndMove(request, env, emit, signal).finally(() => events.end());
  // Awaited below, once the events are told; until then a failure is not unhandled.
  moving.catch(() => undefined);
  yield* events;
  return await moving;
}

async function connectAndMove(
  asked: MoveRequest,
  env: Env,
  emit: (event: MoveEvent) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const startedAt = env.monotonicMs();
  const opening = openLinks(asked, env, signal);
  openJournal(env);
  const { from, to } = await opening;
  const abort = new AbortRequest(signal, asked.deadlineMs, env);
  const background: Promise<unknown>[] = [];
  try {
    const lookingUp = lookUpOn(from, asked.domain);
    // What is shut off is looked at in another way.
    const sides = asked.offline ? null : readSides(from, to, env);
    // Awaited once the operation is begun, which may fail.
    sides?.catch(() => undefined);
    const dom = await lookingUp;
    const request = sides === null ? asked : await settleMethod(asked, from, dom, sides);
    const lease = await beginOperation(request, env.newId(), dom, env);
    const story = tellStory(lease, env, emit);
    try {
      const [source, destination] = [request.source.name, request.destination.name];
      emit({ type: 'started', operationId: lease.operationId, domain: dom.name, source, destination });
      const tracer = new Tracer(request.bandwidthBytesPerS);
      const move = { request, env, story, from, to, dom, abort, tracer, background };
      const ending = await (sides === null ? moveOffline(move) : moveDomain(move, sides));
      // What can't be written now can't be written by the end of the operation either, and that says so.
      await story.flush().catch(() => undefined);
      const trace = tracer.trace();
      if (trace) background.push(env.journal.rememberTrace(story.operationId, trace));
      const totalMs = Math.round(env.monotonicMs() - startedAt);
      return await endOperation(request, lease, dom, ending, totalMs, env);
    } finally {
      story.release();
    }
  } finally {
    abort.close();
    await Promise.allSettled(background);
    await Promise.all([closeLink(from), closeLink(to)]);
  }
}

/** Says which method the move has. Only where post-copy is allowed the hosts are waited for. */
async function settleMethod(
  asked: MoveRequest,
  from: Link,
  dom: DomainRef,
  sides: Promise<SidesContext>,
): Promise<MoveRequest> {
  let { method } = asked;
  if (asked.postCopy === 'when-needed') {
    const [domain, read] = await Promise.all([readDomain(from.monitor, dom), sides]);
    ({ method } = (await contextFor(read, domain, dom, asked)).wishes);
  }
  // libvirt takes no post-copy that would leave the guest paused.
  return { ...asked, method, commit: method === 'post-copy' ? 'finish' : asked.commit };
}

/** Opens it while the hosts are waited for. Where that fails it fails again when the operation is begun, and is told then. */
function openJournal(env: Env): void {
  try {
    void env.journal;
  } catch {
    // See above.
  }
}

async function moveDomain(move: Move, sides: Promise<SidesContext>): Promise<Ending> {
  let ready: Ready;
  try {
    ready = await getReady(move, sides);
  } catch (error) {
    return notBegun(error);
  }
  const ending = await moveReady(move, ready);
  if (ready.report.verdict === 'blocked') return ending;
  const foretold = await ready.foretelling.foretold.catch(() => null);
  if (!foretold?.forecast) return ending;
  const { totalMs, downtimeMs } = foretold.forecast;
  return { ...ending, forecast: { totalMs, downtimeMs } };
}

async function moveReady(move: Move, ready: Ready): Promise<Ending> {
  const { report, context, blackout } = ready;
  const { dom, abort } = move;
  try {
    if (report.verdict === 'blocked') return blockedBy(report);
    if (abort.requested) return { result: 'aborted', reason: abort.reason };
    const late = await lateness(move, ready);
    if (late !== null) return { result: 'blocked', reason: late };
    const guest: Guest = { uuid: dom.uuid, wasPaused: context.domain.state === 'paused' };
    try {
      await drive(move, ready);
    } catch (error) {
      return await leaveDisks(move, context, await settleMove(move, error));
    }
    return await leaveDisks(move, context, await arrived(move, guest, blackout));
  } finally {
    ready.enough.abort();
    await blackout.finish();
  }
}

/** Why it is not begun at all, where there is a deadline: then the guest is looked at before, not meanwhile. */
async function lateness({ request }: Move, { foretelling }: Ready): Promise<string | null> {
  if (request.deadlineMs === null || request.rehearsal) return null;
  return tooLate((await foretelling.foretold).forecast, request.deadlineMs);
}

/** Creates what is missing on the destination, and goes through the phases. Throws where any of it fails. */
async function drive(move: Move, ready: Ready): Promise<void> {
  const { context, report, blackout } = ready;
  const storage = await prepareStorage(move, context);
  const descriptions = await readDescriptions(move.from.monitor, move.dom, context.names);
  const foretold = () => beginStrategy(move, ready);
  const { compression } = ready.foretelling;
  const plan = { domain: context.domain, report, storage, descriptions, compression, foretold };
  const driving = move.request.drive === 'direct' ? driveDirectly : driveByPeer;
  await driving(move, plan, () => void blackout.measured());
  await removePools(move);
}
