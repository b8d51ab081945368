import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { Entry, Lease, Operation } from '../journal/journal.ts';
import { refuseRunning } from './attendance.ts';
import { checkStory } from './check-story.ts';

/** The right to go on with an operation whose Ferry is gone, and its story so far. */
export interface TakenOver {
  readonly operation: Operation;
  readonly lease: Lease;
  readonly entries: readonly Entry[];
}

/** Throws an EngineError: `busy` while its own Ferry lives, `journal` where it can't be understood. */
export async function takeOver(operation: Operation, env: Env): Promise<TakenOver> {
  const { id, holding } = operation;
  if (holding === null) throw new EngineError('journal', `operation ${id} was written by an older Ferry`);
  await refuseRunning(operation, env);
  // Before it is taken over: a Ferry that can't read the story leaves it to one that can.
  await readStory(id, env);
  const seen = { operationId: id, token: holding.token };
  const nowMs = env.nowMs();
  const { machine, pid } = env.holder;
  const data = { token: seen.token + 1, machine, pid, formerly: holding.holder };
  const note = { atMs: nowMs, kind: 'note', step: 'recover', data } as const;
  const lease = await env.journal.takeOver(seen, env.holder, nowMs + env.leaseMs, note);
  if (!lease) throw new EngineError('busy', `operation ${id} was taken over by another Ferry just now`);
  return { operation, lease, entries: await readStory(id, env) };
}

/** The story of an operation, if this Ferry understands all of it. */
export async function readStory(id: string, env: Env): Promise<Entry[]> {
  const entries = await env.journal.entries(id);
  checkStory(id, entries);
  return entries;
}
