import { EngineError } from '../errors.ts';
import type { Move } from '../migrate/operation.ts';
import type { CheckContext } from '../preflight/check.ts';
import type { BaseImage } from './base-image.ts';
import { imageAt } from './directory.ts';
import type { LocalDisk } from './local-disk.ts';
import { neededBytes } from './needed-bytes.ts';
import { createVolume } from './new-volume.ts';
import { basesToSend, type StoragePlan } from './plan.ts';
import { sendImage } from './send-image.ts';

/**
 * Makes on the destination what the disks that are copied need: the images that they build on, which are sent, and for
 * each disk an empty volume of the same virtual size, format and options. Each is in the journal before it is made.
 * A file that is there already is somebody's, and never touched.
 */
export async function createTargets(plan: StoragePlan, context: CheckContext, move: Move): Promise<void> {
  for (const base of basesToSend(plan)) await sendBase(base, context, move);
  for (const disk of plan.disks) await createTarget(disk, plan, context, move);
}

/**
 * Makes a file on the destination, under the name that it has there, and sends what the source's holds, byte by byte.
 * Returns the SHA-256 of what was sent. `proceed` is called before each part, and throws where the move is to end.
 */
export async function sendBase(
  { path, image }: Pick<BaseImage, 'path' | 'image'>,
  context: CheckContext,
  move: Move,
  proceed: () => void = () => move.abort.throwIfRequested(),
): Promise<string> {
  if (image === null) throw new EngineError('storage', `the source can't see ${path}`);
  const { story, request, env } = move;
  const { fileBytes, allocationBytes } = image;
  const raw = { capacityBytes: fileBytes, format: 'raw', allocationBytes: 0 };
  const vol = await createVolume(
    context.names.path(path),
    raw,
    allocationBytes,
    `image ${path}`,
    context,
    move,
  );
  const progress = (doneBytes: number) =>
    story.emit({ type: 'sending', path, doneBytes, totalBytes: fileBytes });
  return story.act('send-image', { path, bytes: fileBytes }, () =>
    sendImage({
      ...{ path, fileBytes, vol, env, source: context.source, destination: move.to.monitor },
      bytesPerS: request.bandwidthBytesPerS,
      proceed,
      onProgress: progress,
    }),
  );
}

async function createTarget(
  disk: LocalDisk,
  { copy }: StoragePlan,
  context: CheckContext,
  move: Move,
): Promise<void> {
  const { from, dom } = move;
  const { path } = disk.source;
  const { capacity } = await from.monitor.domainGetBlockInfo({ dom, path: disk.target, flags: 0 });
  const needed = await neededBytes(disk, copy, context);
  const image = await imageAt(context.source, path);
  const format = disk.format ?? 'raw';
  const like = image?.format === format ? { options: image.options } : {};
  const base = copy === 'top' ? (image?.backing ?? null) : null;
  const backing = base === null ? null : { ...base, path: context.names.path(base.path) };
  if (copy === 'top' && disk.backing.length > 0 && backing === null) {
    throw new EngineError('storage', `what disk ${disk.target} builds on can't be read from ${path}`);
  }
  const wanted = { capacityBytes: Number(capacity), format, backing, ...like };
  await createVolume(context.names.path(path), wanted, needed, `disk ${disk.target}`, context, move);
}
