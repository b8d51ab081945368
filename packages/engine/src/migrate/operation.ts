import { type DomainRef, messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { Lease, StaleDisk } from '../journal/journal.ts';
import type { MoveRequest, Outcome } from '../model.ts';
import { busyWith, openOperationOf } from '../recover/attendance.ts';
import type { AbortRequest } from './abort-request.ts';
import type { Link } from './sides.ts';
import type { Story } from './story.ts';
import type { Tracer } from './trace.ts';

/** All that one move is made of. */
export interface Move {
  readonly request: MoveRequest;
  readonly env: Env;
  readonly story: Story;
  readonly from: Link;
  readonly to: Link;
  /** The domain on the source. */
  readonly dom: DomainRef;
  readonly abort: AbortRequest;
  /** Takes down how its passes go. */
  readonly tracer: Tracer;
  /** What still goes on beside the move and is waited for only at its end. */
  readonly background: Promise<unknown>[];
}

/** What must not change by a move: which guest it is, and whether the user had paused it. */
export interface Guest {
  readonly uuid: string;
  readonly wasPaused: boolean;
}

/** How a move ended, and what was measured. `open`: there is still something to do, for `ferry recover`. */
export type Ending = Pick<Outcome, 'result' | 'reason'> &
  Partial<Outcome> & {
    readonly open?: boolean;
    /** What is known of the disks that are left on the source, for the way back. */
    readonly stale?: readonly StaleDisk[];
  };

/**
 * Opens the operation in the journal. Throws if that can't be written: nothing is moved without it. Throws too where
 * the domain has an open operation, and says whether somebody runs it.
 */
export async function beginOperation(
  request: MoveRequest,
  id: string,
  dom: DomainRef,
  env: Env,
): Promise<Lease> {
  const former = await openOperationOf(dom.uuid, env);
  if (former) throw await busyWith(former, env);
  const hosts = { source: request.source.name, destination: request.destination.name };
  const operation = { id, kind: 'migrate', domain: { name: dom.name, uuid: dom.uuid } } as const;
  const nowMs = env.nowMs();
  const opened = { ...operation, ...hosts, request, startedAtMs: nowMs };
  return env.journal.begin(opened, env.holder, nowMs + env.leaseMs);
}

/**
 * Closes the operation in the journal, unless there is still something to do. What happened has happened, also where
 * that can't be written down any more.
 */
export async function endOperation(
  request: MoveRequest,
  lease: Lease,
  dom: Pick<DomainRef, 'name' | 'uuid'>,
  { open = false, stale = [], ...ending }: Ending,
  totalMs: number,
  env: Env,
): Promise<Outcome> {
  const outcome: Outcome = {
    operationId: lease.operationId,
    domain: { name: dom.name, uuid: dom.uuid },
    source: request.source.name,
    destination: request.destination.name,
    method: request.method,
    downtimeMs: null,
    blackoutMs: null,
    bytesTransferred: null,
    iterations: null,
    totalMs,
    ...(request.offline ? { offline: true } : {}),
    ...ending,
  };
  if (open) {
    await letGo(lease, env);
    return outcome;
  }
  try {
    await env.journal.end(lease, outcome, env.nowMs(), stale);
    return outcome;
  } catch (error) {
    return {
      ...outcome,
      reason: [outcome.reason, messageOf(error)].filter((part) => part !== '').join('; '),
    };
  }
}

/** Leaves an operation open for whoever recovers it: at once, also where he can't see whether this process lives. */
export async function letGo(lease: Lease, env: Env): Promise<void> {
  // It may have ended, or be another's already.
  await env.journal.renew(lease, 0).catch(() => undefined);
}
