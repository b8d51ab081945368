import { type Connection, type DomainRef, messageOf } from '@virt-ferry/libvirt';
import type { MoveRequest } from '../model.ts';
import type { Story } from './story.ts';

/** The pass over memory that begins when all of it has been sent once. */
const SECOND_PASS = 2;

/** The move that post-copy is started for: its own, or one that goes on without the Ferry that began it. */
export interface PostCopyMove {
  readonly request: Pick<MoveRequest, 'method' | 'rehearsal'>;
  readonly story: Story;
  /** A connection to the source, and the domain there. */
  readonly source: Connection;
  readonly dom: DomainRef;
  /** Over the connection on which the move depends, where it is at hand. Rejects where nothing waits there any more. */
  readonly lookAtDestination: () => Promise<unknown>;
}

/** Starts post-copy, if that is the method. */
export interface PostCopyStarter {
  /** To be told of each pass: starts it once all of memory has been sent once. */
  passed(pass: number): void;
  /** Starts it now. Rejects where that could not be done, which may be tried again. */
  start(intent: Readonly<Record<string, unknown>>): Promise<void>;
}

/**
 * Post-copy hands the guest over before all of it is there: what it wrote since is fetched from the source when it is
 * needed. Where the journal says that it was started, it is left at
 * that; where the answer was lost, libvirt is told again, which is no harm. The last look is at the destination: until
 * here its loss costs nothing, from here on it would cost the guest. Where it doesn't answer the next pass tries again.
 */
export function postCopyStarter({
  request,
  story,
  source,
  dom,
  lookAtDestination,
}: PostCopyMove): PostCopyStarter {
  let started = request.method !== 'post-copy' || request.rehearsal === true || wasStarted(story);
  const start = async (intent: Readonly<Record<string, unknown>>) => {
    if (started) return;
    started = true;
    // The guest is about to be spread over both hosts, each of which will have what the other lacks.
    try {
      await story.act('start-post-copy', intent, async () => {
        await lookAtDestination();
        await source.domainMigrateStartPostCopy({ dom, flags: 0 });
      });
    } catch (error) {
      started = false;
      throw error;
    }
  };
  return {
    start,
    passed(pass) {
      if (pass < SECOND_PASS) return;
      start({ pass })
        .catch((error: unknown) => story.notice(`post-copy was not started: ${messageOf(error)}`))
        .catch(() => undefined);
    },
  };
}

function wasStarted({ entries }: Story): boolean {
  return entries.some(
    ({ kind, step, data }) => kind === 'result' && step === 'start-post-copy' && data.ok === true,
  );
}
