import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { Foretold } from '../forecast-move.ts';
import type { NewEntry } from '../journal/journal.ts';
import { memorySpeed } from '../migrate/memory-speed.ts';
import { postCopyStarter } from '../migrate/post-copy.ts';
import { steer } from '../migrate/steering.ts';
import type { Story } from '../migrate/story.ts';
import { Tracer } from '../migrate/trace.ts';
import { watchProgress } from '../migrate/watch.ts';
import type { Strategy } from '../model.ts';
import { poll } from '../poll.ts';
import { AS_IT_IS } from '../strategy/strategy.ts';
import type { MoveRecord } from './record.ts';
import type { Scene } from './scene.ts';
import { isMovingAway } from './sighting.ts';

/** For ever, as far as a poll goes. */
const AS_LONG_AS_IT_TAKES = { everyMs: 100, forMs: Number.POSITIVE_INFINITY } as const;

/**
 * Follows a move that the source drives by itself, as the Ferry did that began it: tells of its progress, and steers it
 * on as that one had begun to. Returns when the move has ended, is to be aborted, or is to be left alone.
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
  const tracer = new Tracer(request.bandwidthBytesPerS ?? null);
  const from = { ref: source.ref, controlPath: null, monitor: connection };
  const postCopy = postCopyStarter({ request, story, source: connection, dom, lookAtDestination });
  const foretold = await foretoldBefore(story, env);
  const steering = steer({ request, env, story, from, dom, tracer }, foretold, postCopy);
  steering.hopeless.catch((error: unknown) => abort.request(messageOf(error)));
  tracer.start(env.monotonicMs());
  const watcher = {
    disks: copiedDisks(parameters),
    onMemory: memorySpeed(request, connection, dom),
    onAbortRequested: () => abort.request('asked for by ferry abort'),
    onPass: steering.passed,
    onLook: steering.looked,
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
    await steering.end();
  }
}

/** What the Ferry that began it had found out and chosen, and how far it had gone in that; `null`: it hadn't come so far. */
async function foretoldBefore({ operationId, entries }: Story, { journal }: Env): Promise<Foretold | null> {
  const latest = (kind: NewEntry['kind'], step: string) =>
    entries.findLast((entry) => entry.kind === kind && entry.step === step)?.data;
  const noted = latest('note', 'strategy');
  if (noted === undefined) return null;
  const strategy = { ...AS_IT_IS, ...(noted as Partial<Strategy>) };
  const firstMs = Number(latest('intent', 'limit-downtime')?.toMs ?? strategy.limits.firstMs);
  const limits = { ...strategy.limits, firstMs };
  return { strategy: { ...strategy, limits }, forecast: await journal.forecast(operationId) };
}

/** What the call that began it was told to copy. */
function copiedDisks(parameters: MoveRecord['parameters']): string[] {
  return (parameters?.params ?? []).flatMap(({ field, value }) =>
    field === 'migrate_disks' ? [String(value)] : [],
  );
}
