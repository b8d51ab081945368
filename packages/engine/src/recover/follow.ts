import { memorySpeed } from '../migrate/memory-speed.ts';
import { postCopyStarter } from '../migrate/post-copy.ts';
import { watchProgress } from '../migrate/watch.ts';
import { poll } from '../poll.ts';
import type { MoveRecord } from './record.ts';
import type { Scene } from './scene.ts';
import { isMovingAway } from './sighting.ts';

/** For ever, as far as a poll goes. */
const AS_LONG_AS_IT_TAKES = { everyMs: 100, forMs: Number.POSITIVE_INFINITY } as const;

/**
 * Follows a move that the source drives by itself, as the Ferry did that began it: tells of its progress, and starts
 * post-copy when its moment has come. Returns when the move has ended, is to be aborted, or is to be left alone. The
 * limit of the downtime needs nothing: it was set before the move began, and whoever tunes it meanwhile wants it so.
 */
export async function follow(
  { source, destination, story, env, signal, abort }: Scene,
  { request, parameters }: Pick<MoveRecord, 'request' | 'parameters'>,
): Promise<void> {
  const { connection, dom } = await source.reach();
  if (!dom) return;
  const over = new AbortController();
  const lookAtDestination = async () => {
    const { seen } = await destination.look();
    if (seen !== 'present')
      throw new Error(`${destination.ref.name} does not have the guest that waits: ${seen}`);
  };
  const watcher = {
    disks: copiedDisks(parameters),
    onMemory: memorySpeed(request, connection, dom),
    onAbortRequested: () => abort.request('asked for by ferry abort'),
    onPass: postCopyStarter({ request, story, source: connection, dom, lookAtDestination }).passed,
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
    await poll(
      env,
      AS_LONG_AS_IT_TAKES,
      async () => signal.aborted || abort.requested || !isMovingAway(await source.look()),
    );
  } finally {
    over.abort();
  }
}

/** What the call that began it was told to copy. */
function copiedDisks(parameters: MoveRecord['parameters']): string[] {
  return (parameters?.params ?? []).flatMap(({ field, value }) =>
    field === 'migrate_disks' ? [String(value)] : [],
  );
}
