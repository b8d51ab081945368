import { type DomainRef, messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { MoveRequest, Outcome } from '../model.ts';
import type { AbortRequest } from './abort-request.ts';
import type { Link } from './sides.ts';
import type { Story } from './story.ts';

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
  /** What still goes on beside the move and is waited for only at its end. */
  readonly background: Promise<unknown>[];
}

/** What must not change by a move: which guest it is, and whether the user had paused it. */
export interface Guest {
  readonly uuid: string;
  readonly wasPaused: boolean;
}

/** How a move ended, and what was measured. */
export type Ending = Pick<Outcome, 'result' | 'reason'> & Partial<Outcome>;

/** Opens the operation in the journal. Throws if that can't be written: nothing is moved without it. */
export async function beginOperation({ request, env, story, dom }: Move): Promise<void> {
  const hosts = { source: request.source.name, destination: request.destination.name };
  const operation = {
    id: story.operationId,
    kind: 'migrate',
    domain: { name: dom.name, uuid: dom.uuid },
  } as const;
  await env.journal.begin({ ...operation, ...hosts, request, startedAtMs: env.nowMs() });
  story.emit({ type: 'started', operationId: story.operationId, domain: dom.name, ...hosts });
}

/** Closes the operation in the journal. What happened has happened, also where that can't be written down any more. */
export async function endOperation(
  { request, env, story, dom }: Move,
  ending: Ending,
  totalMs: number,
): Promise<Outcome> {
  const outcome: Outcome = {
    operationId: story.operationId,
    domain: { name: dom.name, uuid: dom.uuid },
    source: request.source.name,
    destination: request.destination.name,
    method: 'pre-copy',
    downtimeMs: null,
    blackoutMs: null,
    bytesTransferred: null,
    iterations: null,
    totalMs,
    ...ending,
  };
  try {
    await env.journal.end(story.operationId, outcome, env.nowMs());
    return outcome;
  } catch (error) {
    return {
      ...outcome,
      reason: [outcome.reason, messageOf(error)].filter((part) => part !== '').join('; '),
    };
  }
}
