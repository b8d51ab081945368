import { DomainState } from '@virt-ferry/libvirt';
import { EngineError } from '../errors.ts';
import type { AbortRequest } from '../migrate/abort-request.ts';
import type { Move } from '../migrate/operation.ts';
import type { CheckContext, Side } from '../preflight/check.ts';
import { digestOf } from '../storage/digest.ts';
import { fileAt } from '../storage/directory.ts';
import type { Image } from '../storage/image.ts';
import { basesToSend } from '../storage/plan.ts';
import { sendBase } from '../storage/targets.ts';

/** An image that has gone to the destination: as the source had it, and the SHA-256 of what was sent. */
export interface SentImage {
  readonly path: string;
  readonly image: Image;
  readonly sha256: string;
}

/** How often a source that is read from is asked whether somebody has started the domain. */
const LOOK_MS = 1000;

/**
 * Sends all files that the destination lacks, as they are, the deepest of each chain first. `lookAtSource` throws where
 * the domain is not as it was any more.
 */
export async function sendDisks(
  move: Move,
  context: CheckContext,
  lookAtSource: () => Promise<void>,
): Promise<SentImage[]> {
  const plan = await context.storagePlan();
  const paths = [
    ...basesToSend(plan).map(({ path }) => path),
    ...plan.disks.map(({ source: { path } }) => path),
  ];
  const sent: SentImage[] = [];
  for (const path of paths) {
    await lookAtSource();
    const image = await imageOn(context.source, path);
    const sha256 = await sendWatched(path, image, context, move);
    sent.push({ path, image, sha256 });
  }
  return sent;
}

/** An image may take hours: that the domain was started shows after a second all the same. */
async function sendWatched(path: string, image: Image, context: CheckContext, move: Move): Promise<string> {
  const { from, dom, abort, env, story } = move;
  const over = new AbortController();
  let started = false;
  const watching = (async () => {
    for (;;) {
      await env.delay(LOOK_MS, over.signal);
      const { state } = await from.monitor.domainGetState({ dom, flags: 0 });
      started ||= state !== DomainState.shutoff;
      if ((await env.journal.operation(story.operationId))?.abortRequested)
        abort.request('asked for by ferry abort');
    }
  })();
  // It ends with the image; what fails is asked for again before and after.
  watching.catch(() => undefined);
  const proceed = () => {
    abort.throwIfRequested();
    if (started)
      throw new EngineError('changed', `${dom.name} was started on ${from.ref.name} while it was moved`);
  };
  try {
    return await sendBase({ path, image }, context, move, proceed);
  } finally {
    over.abort();
  }
}

/** Throws where what the destination has is not what was read, or the source has written to it since. */
export async function compareSent(
  sent: readonly SentImage[],
  { source, destination, names, env }: CheckContext,
  abort: AbortRequest,
): Promise<void> {
  for (const { path, sha256 } of sent) {
    abort.throwIfRequested();
    const pathThere = names.path(path);
    const copy = await imageOn(destination, pathThere);
    const arrived = await digestOf(destination, pathThere, copy, env);
    if (arrived !== sha256) {
      const digests = `SHA-256 ${sha256.slice(0, 12)}… was sent, ${arrived.slice(0, 12)}… is there`;
      throw new EngineError('storage', `${path} has not arrived on ${destination.host.ref.name}: ${digests}`);
    }
  }
  for (const { path, image } of sent) {
    const now = await imageOn(source, path);
    if (now.fileBytes !== image.fileBytes || now.modifiedAt !== image.modifiedAt)
      throw new EngineError(
        'changed',
        `${path} was written to on ${source.host.ref.name} while it was moved`,
      );
  }
}

async function imageOn(side: Side, path: string): Promise<Image> {
  const sight = await fileAt(side, path);
  if (sight.kind === 'seen' && sight.value !== null) return sight.value;
  const why = sight.kind === 'seen' ? 'no such file' : sight.evidence;
  throw new EngineError('storage', `${side.host.ref.name} does not show ${path}: ${why}`);
}
