import { messageOf } from '@virt-ferry/libvirt';
import type { Foretold } from '../forecast-move.ts';
import { REHEARSED } from './abort-request.ts';
import { memorySpeed } from './memory-speed.ts';
import type { Move } from './operation.ts';
import type { Plan } from './plan.ts';
import { postCopyStarter } from './post-copy.ts';
import { Stall } from './stall.ts';
import { steer } from './steering.ts';
import { watchProgress } from './watch.ts';

/** Long for an answer that copies nothing, short for a pass over memory. */
const LOOK_MS = 5000;

/** In what libvirt counts: the first bytes have gone. */
const ANY_COPIED = /_processed=[1-9]/;

/** A move that is being watched. */
export interface Watching {
  /** Rejects when nothing was copied for too long or nobody can say, and where it would never end. Never resolves. */
  readonly failed: Promise<never>;
  end(): void;
}

/**
 * Watches a move and steers it, starts post-copy when its moment has come, and stands ready to stop it. Nothing is waited
 * for here: the guest may stand still.
 */
export function watching(move: Move, { storage }: Pick<Plan, 'storage'>, foretold: Foretold): Watching {
  const { request, env, story, from, to, dom, abort, tracer } = move;
  const over = new AbortController();
  const stop = () =>
    void from.monitor
      .domainAbortJob({ dom })
      .catch((error: unknown) => story.notice(`could not abort: ${messageOf(error)}`))
      .catch(() => undefined);
  abort.onRequest(stop);
  const stall = new Stall(env, over.signal);
  const lookAtDestination = async () => {
    const depended = request.drive === 'direct' ? await to.phases : to.monitor;
    await depended.domainLookupByUuid({ uuid: dom.uuid }, { deadlineMs: LOOK_MS });
  };
  const postCopy = postCopyStarter({ request, story, source: from.monitor, dom, lookAtDestination });
  const steering = steer(move, foretold, postCopy);
  tracer.start(env.monotonicMs());
  const watcher = {
    disks: storage.disks.map(({ target }) => target),
    onMemory: memorySpeed(request, from.monitor, dom),
    onAbortRequested: () => abort.request('asked for by ferry abort'),
    onPass: steering.passed,
    onLook: steering.looked,
    onCount: (counted: string) => {
      stall.seen(counted);
      if (request.rehearsal && ANY_COPIED.test(counted)) abort.request(REHEARSED);
    },
  };
  const watched = watchProgress(from.monitor, dom, story, env, watcher, over.signal);
  // A connection that fails is met by whoever waits for the guest. The move goes on for long, perhaps, before this is.
  watched.catch(() => undefined);
  move.background.push(watched);
  return {
    failed: Promise.race([stall.stalled, steering.hopeless]),
    end() {
      tracer.end(env.monotonicMs());
      move.background.push(steering.end());
      abort.offRequest(stop);
      over.abort();
    },
  };
}
