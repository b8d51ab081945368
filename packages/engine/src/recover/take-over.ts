import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import { ENTRY_VERSION, type Entry, type Holding, type Lease, type Operation } from '../journal/journal.ts';

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
  const liveness = await env.liveness(holding.holder);
  if (!isFree(holding, liveness, env.nowMs(), env.leaseMs)) {
    const { machine, pid } = holding.holder;
    const next = `follow it with: ferry watch ${id}; stop it with: ferry abort ${id}`;
    throw new EngineError('busy', `operation ${id} is being run by process ${pid} on ${machine}; ${next}`);
  }
  const seen = { operationId: id, token: holding.token };
  const lease = await env.journal.takeOver(seen, env.holder, env.nowMs() + env.leaseMs);
  if (!lease) throw new EngineError('busy', `operation ${id} was taken over by another Ferry just now`);
  return { operation, lease, entries: await readStory(id, env) };
}

/** The story of an operation, if this Ferry understands all of it. */
export async function readStory(id: string, env: Env): Promise<Entry[]> {
  const entries = await env.journal.entries(id);
  if (entries.every(({ version }) => version <= ENTRY_VERSION)) return entries;
  throw new EngineError('journal', `operation ${id} was written by a newer Ferry; recover it with that one`);
}

/**
 * A holder that is seen to live and renews its lease is left alone. One that lives but doesn't renew is stopped or
 * stuck: the token keeps it from doing harm when it wakes. A lease that lasts longer than any can was written before
 * the clock was set back.
 */
function isFree(
  { untilMs }: Pick<Holding, 'untilMs'>,
  liveness: 'alive' | 'dead' | 'unknown',
  nowMs: number,
  leaseMs: number,
): boolean {
  return liveness === 'dead' || nowMs > untilMs || untilMs - nowMs > 2 * leaseMs;
}
