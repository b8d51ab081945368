import { watchProgress } from '../migrate/watch.ts';
import { poll } from '../poll.ts';
import type { Scene } from './acts.ts';
import { isMovingAway } from './sighting.ts';

/** For ever, as far as a poll goes. */
const AS_LONG_AS_IT_TAKES = { everyMs: 100, forMs: Number.POSITIVE_INFINITY } as const;

/** Follows a move that the source drives by itself until it has ended, and hands on the user's wish to abort it. */
export async function follow({ source, story, env, signal }: Scene): Promise<void> {
  const { connection, dom } = await source.reach();
  if (!dom) return;
  const over = new AbortController();
  const watcher = {
    onAbortRequested: () => void connection.domainAbortJob({ dom }).catch(() => undefined),
    // When to start a post-copy was for the Ferry to say that began it.
    onPass: () => undefined,
  };
  const watching = watchProgress(
    connection,
    dom,
    story,
    env,
    watcher,
    AbortSignal.any([over.signal, signal]),
  );
  // Its failure is that of the connection, which the next look shows.
  watching.catch(() => undefined);
  try {
    await poll(env, AS_LONG_AS_IT_TAKES, async () => signal.aborted || !isMovingAway(await source.look()));
  } finally {
    over.abort();
  }
}
