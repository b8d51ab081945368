import { messageOf } from '@virt-ferry/libvirt';
import type { Move } from './operation.ts';

/** The pass over memory that begins when all of it has been sent once. */
const SECOND_PASS = 2;

/**
 * Starts post-copy once all of memory has been sent once, if that is the method: what the guest wrote since is fetched
 * from the source when it is needed. Returns what stops waiting for that moment.
 */
export async function startPostCopyAfterFirstPass(
  { request, story, from, dom }: Move,
  signal: AbortSignal,
): Promise<() => void> {
  if (request.method !== 'post-copy') return () => undefined;
  let started = false;
  const start = async (iteration: number) => {
    if (started || iteration < SECOND_PASS || signal.aborted) return;
    started = true;
    // The guest is about to be spread over both hosts, each of which will have what the other lacks.
    await story.act('start-post-copy', { iteration }, () =>
      from.monitor.domainMigrateStartPostCopy({ dom, flags: 0 }),
    );
  };
  const unsubscribe = await from.monitor.subscribe('migrationIteration', dom, ({ iteration }) => {
    start(iteration).catch((error: unknown) =>
      story.notice(`post-copy was not started: ${messageOf(error)}`).catch(() => undefined),
    );
  });
  return () => void unsubscribe().catch(() => undefined);
}
