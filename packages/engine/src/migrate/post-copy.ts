import { messageOf } from '@virt-ferry/libvirt';
import type { Move } from './operation.ts';

/** The pass over memory that begins when all of it has been sent once. */
const SECOND_PASS = 2;

/**
 * Starts post-copy once all of memory has been sent once, if that is the method: what the guest wrote since is fetched
 * from the source when it is needed. To be told of each pass.
 */
export function postCopyStarter({ request, story, from, dom }: Move): (pass: number) => void {
  let started = request.method !== 'post-copy';
  return (pass) => {
    if (started || pass < SECOND_PASS) return;
    started = true;
    // The guest is about to be spread over both hosts, each of which will have what the other lacks.
    story
      .act('start-post-copy', { pass }, () => from.monitor.domainMigrateStartPostCopy({ dom, flags: 0 }))
      .catch((error: unknown) => story.notice(`post-copy was not started: ${messageOf(error)}`))
      .catch(() => undefined);
  };
}
