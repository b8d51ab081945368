/**
 * What `ferry recover` does with an operation that was left open:
 *
 *   take its lease over ─► look at both hosts ─► decide ─► take the step ─► look again … ─► close it, or say why not
 */
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { Operation } from '../journal/journal.ts';
import { EventQueue } from '../migrate/event-queue.ts';
import { endOperation } from '../migrate/operation.ts';
import { tellStory } from '../migrate/story.ts';
import type { HostRef, MoveEvent, Outcome } from '../model.ts';
import { decide } from './decide.ts';
import { type Choice, type MoveRecord, recordOf } from './record.ts';
import { settle } from './settle.ts';
import type { Sighting } from './sighting.ts';
import { Site } from './site.ts';
import type { Done, Hold, Step } from './step.ts';
import { readStory, takeOver } from './take-over.ts';

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
  /** What the operator should look at; `null` where nothing is unclear. */
  readonly look: string | null;
}

/** Brings one operation to its end, or as far as that is safe now. Throws an EngineError where it can't be touched. */
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

/** What recovery would do next, and from what it concludes that. Touches nothing. */
export async function survey(
  operationId: string,
  hosts: readonly HostRef[],
  env: Env,
): Promise<{ readonly source: Sighting; readonly destination: Sighting; readonly step: Step }> {
  const operation = await openOperation(operationId, env);
  const record = recordOf(operation.request, await readStory(operationId, env), operation.abortRequested);
  const sites = sitesOf(operation, record, hosts, env);
  try {
    const [source, destination] = await Promise.all([sites.source.look(), sites.destination.look()]);
    return { source, destination, step: decide(record, source, destination) };
  } finally {
    await Promise.all([sites.source.close(), sites.destination.close()]);
  }
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
  const recordNow = async () => {
    const asked = (await env.journal.operation(operationId))?.abortRequested ?? false;
    return recordOf(request, story.entries, asked);
  };
  const sites = sitesOf(operation, recordOf(request, entries, false), hosts, env);
  try {
    await story.note('recover', { token: lease.token });
    if (choice !== null) await story.note('choice', { choice });
    const settled = await settle(recordNow, { domain, ...sites, story, env, signal }, { patienceMs });
    await story.flush();
    const ending = endingOf(settled);
    const totalMs = Math.max(0, env.nowMs() - operation.startedAtMs);
    const outcome = await endOperation(request, lease, domain, ending, totalMs, env);
    return { outcome, open: ending.open, look: settled.name === 'hold' ? settled.look : null };
  } finally {
    story.release();
    await Promise.all([sites.source.close(), sites.destination.close()]);
  }
}

async function openOperation(id: string, env: Env): Promise<Operation> {
  const operation = await env.journal.operation(id);
  if (!operation)
    throw new EngineError('no-operation', `no operation ${id}; see: ferry status, ferry history`);
  if (operation.endedAtMs === null) return operation;
  throw new EngineError('no-operation', `operation ${id} has ended; see how with: ferry show ${id}`);
}

function sitesOf(
  { domain, request }: Operation,
  { hosts: identities }: MoveRecord,
  hosts: readonly HostRef[],
  env: Env,
) {
  const now = (ref: HostRef) => hosts.find(({ name }) => name === ref.name) ?? ref;
  return {
    source: new Site(now(request.source), domain.uuid, identities?.source ?? null, env),
    destination: new Site(now(request.destination), domain.uuid, identities?.destination ?? null, env),
  };
}

function endingOf(settled: Done | Hold) {
  if (settled.name === 'hold') return { result: 'uncertain', reason: settled.reason, open: true } as const;
  const reason = [settled.reason, ...settled.debts.map((debt) => `still to do: ${debt}`)].join('; ');
  return { result: settled.result, reason, open: settled.debts.length > 0 };
}
