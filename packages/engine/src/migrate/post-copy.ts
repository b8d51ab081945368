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

/**
 * Starts post-copy once all of memory has been sent once, if that is the method: what the guest wrote since is fetched
 * from the source when it is needed. To be told of each pass. Where the journal says that it was started, it is left at
 * that; where the answer was lost, libvirt is told again, which is no harm. The last look is at the destination: until
 * here its loss costs nothing, from here on it would cost the guest. Where it doesn't answer the next pass tries again.
 */
export function postCopyStarter({
  request,
  story,
  source,
  dom,
  lookAtDestination,
}: PostCopyMove): (pass: number) => void {
  let started = request.method !== 'post-copy' || request.rehearsal === true || wasStarted(story);
  return (pass) => {
    if (started || pass < SECOND_PASS) return;
    started = true;
    // The guest is about to be spread over both hosts, each of which will have what the other lacks.
    story
      .act('start-post-copy', { pass }, async () => {
        await lookAtDestination();
        await source.domainMigrateStartPostCopy({ dom, flags: 0 });
      })
      .catch((error: unknown) => {
        started = false;
        return story.notice(`post-copy was not started: ${messageOf(error)}`);
      })
      .catch(() => undefined);
  };
}

function wasStarted({ entries }: Story): boolean {
  return entries.some(
    ({ kind, step, data }) => kind === 'result' && step === 'start-post-copy' && data.ok === true,
  );
}
