/**
 * What `ferry recover` does with an operation that was left open:
 *
 *   take its lease over ─► look at both hosts ─► decide ─► take the step ─► look again … ─► close it, or say why not
 */
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { Holder, NewEntry, Operation } from '../journal/journal.ts';
import { AbortRequest } from '../migrate/abort-request.ts';
import { EventQueue } from '../migrate/event-queue.ts';
import { endOperation, letGo } from '../migrate/operation.ts';
import { tellStory } from '../migrate/story.ts';
import type { HostRef, MoveEvent, Outcome } from '../model.ts';
import { checkChoice } from './check-choice.ts';
import { endingOf } from './ending.ts';
import { type Choice, recordOf } from './record.ts';
import { settle } from './settle.ts';
import { sitesOf } from './site.ts';
import { sweep } from './sweep.ts';
import { takeOver } from './take-over.ts';

export interface RecoverOptions {
  /** How long to go on trying where a host is away. */
  readonly patienceMs: number;
  /** What the operator decides where Ferry can't know. */
  readonly choice: Choice | null;
  /** Where hosts are now, by name, if that has changed since. A host must be the same machine as before. */
  readonly hosts: readonly HostRef[];
}

export interface Recovery {
  readonly outcome: Outcome;
  /** There is still something to do: recover it again. */
  readonly open: boolean;
  /** What the operator should look at and then decide; `null` where nothing is unclear, or it was only left alone. */
  readonly look: string | null;
}

/**
 * Brings one operation to its end, or as far as that is safe now. Aborting `signal` leaves it as it is: a move that the
 * source drives goes on. Throws an EngineError where it can't be touched.
 */
export async function* recover(
  operationId: string,
  options: RecoverOptions,
  env: Env,
  signal: AbortSignal,
): AsyncGenerator<MoveEvent, Recovery> {
  const events = new EventQueue<MoveEvent>();
  const recovering = run(operationId, options, env, signal, (event) => events.push(event)).finally(() =>
    events.end(),
  );
  // Awaited below, once the events are told; until then a failure is not unhandled.
  recovering.catch(() => undefined);
  yield* events;
  return await recovering;
}

async function run(
  operationId: string,
  { patienceMs, choice, hosts }: RecoverOptions,
  env: Env,
  signal: AbortSignal,
  emit: (event: MoveEvent) => void,
): Promise<Recovery> {
  const { operation, lease, entries } = await takeOver(await openOperation(operationId, env), env);
  const { domain, source, destination, request } = operation;
  const story = tellStory(lease, env, emit, entries);
  emit({ type: 'started', operationId, domain: domain.name, source, destination });
  const abort = abortRequestOf(operation, env);
  const recordNow = async () => {
    const asked = (await env.journal.operation(operationId))?.abortRequested ?? false;
    if (asked) abort.request('asked for by ferry abort');
    return recordOf(request, story.entries, abort.requested);
  };
  const sites = sitesOf(operation, recordOf(request, entries, false), hosts, env);
  try {
    // What the operator chose must not outlast a hosts file that names the wrong machine.
    if (choice !== null) {
      const [here, there] = await Promise.all([sites.source.look(), sites.destination.look()]);
      checkChoice(choice, { source: here, destination: there }, operation);
    }
    if (choice !== null) await story.note('choice', { choice });
    const scene = { domain, ...sites, story, env, signal, abort };
    const settled = await settle(recordNow, scene, { patienceMs });
    if (settled.name === 'done') await Promise.all(connectionsIn(story.entries).map(env.endProcess));
    await sweep(formerHolders(entries), [sites.source, sites.destination]);
    await story.flush();
    const ending = await endingOf(settled, await recordNow(), operation, scene);
    const totalMs = Math.max(0, env.nowMs() - operation.startedAtMs);
    const outcome = await endOperation(request, lease, domain, ending, totalMs, env);
    const unclear = settled.name === 'hold' && !(settled.mayPass && signal.aborted);
    return { outcome, open: ending.open ?? false, look: unclear ? settled.look : null };
  } catch (error) {
    await letGo(lease, env);
    throw error;
  } finally {
    abort.close();
    story.release();
    await Promise.all([sites.source.close(), sites.destination.close()]);
  }
}

/** The processes that went on with it before this one: each was killed, or stood still for too long. */
function formerHolders(entries: readonly NewEntry[]): readonly Holder[] {
  return entries
    .filter(({ kind, step, data }) => kind === 'note' && step === 'recover' && 'formerly' in data)
    .map(({ data }) => data.formerly as Holder);
}

/** The processes that held connections for the Ferry that began it. */
function connectionsIn(entries: readonly NewEntry[]): readonly Holder[] {
  return entries
    .filter(({ kind, step }) => kind === 'note' && step === 'connections')
    .flatMap(({ data }) => data.holders as readonly Holder[]);
}

/** Only a move that goes on by itself can still be late. Whoever recovers it may leave: that is no wish to abort it. */
function abortRequestOf({ request, startedAtMs }: Operation, env: Env): AbortRequest {
  const deadlineMs = request.drive === 'p2p' ? request.deadlineMs : null;
  return new AbortRequest(new AbortController().signal, deadlineMs, env, env.nowMs() - startedAtMs);
}

/** Throws an EngineError, `no-operation`, where there is none of that id, or it has ended. */
export async function openOperation(id: string, env: Env): Promise<Operation> {
  const operation = await env.journal.operation(id);
  if (!operation)
    throw new EngineError('no-operation', `no operation ${id}; see: ferry status, ferry history`);
  if (operation.endedAtMs === null) return operation;
  throw new EngineError('no-operation', `operation ${id} has ended; see how with: ferry show ${id}`);
}
