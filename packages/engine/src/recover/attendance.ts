import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { Holding, Operation } from '../journal/journal.ts';

/** Whether somebody runs an open operation, or it is there for `ferry recover` to take over. */
export type Attendance = 'running' | 'left-open';

/**
 * A holder that is seen to live and renews its lease is left alone. One that lives but doesn't renew is stopped or
 * stuck: the token keeps it from doing harm when it wakes. A lease that lasts longer than any can was written before
 * the clock was set back.
 */
export async function attendanceOf({ holding }: Pick<Operation, 'holding'>, env: Env): Promise<Attendance> {
  if (holding === null) return 'left-open';
  const leaseIsOver = hasEnded(holding, env.nowMs(), env.leaseMs);
  return leaseIsOver || (await env.liveness(holding.holder)) === 'dead' ? 'left-open' : 'running';
}

function hasEnded({ untilMs }: Holding, nowMs: number, leaseMs: number): boolean {
  return nowMs > untilMs || untilMs - nowMs > 2 * leaseMs;
}

/** The operation of a domain that must end before another may begin; `null` where there is none. */
export async function openOperationOf(domainUuid: string, env: Env): Promise<Operation | null> {
  const [open] = await env.journal.operations({ open: true, domainUuid, limit: 1 });
  return open ?? null;
}

/** Throws an EngineError, `busy`, while somebody runs the operation. */
export async function refuseRunning(operation: Operation, env: Env): Promise<void> {
  if ((await attendanceOf(operation, env)) === 'running') throw await busyWith(operation, env);
}

/** Why nothing can be begun with the domain of an open operation, and what to do about it. */
export async function busyWith(operation: Operation, env: Env): Promise<EngineError> {
  const { id, domain, holding } = operation;
  if (holding !== null && (await attendanceOf(operation, env)) === 'running') {
    const who = `process ${holding.holder.pid} on ${holding.holder.machine}`;
    const next = `follow it with: ferry watch ${id}; stop it with: ferry abort ${id}`;
    return new EngineError('busy', `operation ${id} of ${domain.name} is being run by ${who}; ${next}`);
  }
  const next = `bring it to its end first, with: ferry recover ${id}`;
  return new EngineError(
    'busy',
    `operation ${id} of ${domain.name} was left open, and nobody runs it; ${next}`,
  );
}
