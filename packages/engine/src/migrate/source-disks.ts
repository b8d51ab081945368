import { messageOf } from '@virt-ferry/libvirt';
import type { StaleDisk } from '../journal/journal.ts';
import type { CheckContext } from '../preflight/check.ts';
import { deleteFile } from '../storage/created.ts';
import { directoryViewer, imageAt } from '../storage/directory.ts';
import type { Image } from '../storage/image.ts';
import type { LocalDisk } from '../storage/local-disk.ts';
import { withConnection } from '../with-connection.ts';
import type { Ending, Move } from './operation.ts';

/** How long a source that broke off is tried again for, where only a note is at stake. */
const [PATIENCE_MS, AGAIN_MS] = [5000, 250];

/**
 * The guest runs on with the copies of its disks: those on the source are of the past, and are deleted if the user wants
 * that, else noted. What they build on may be others' too, and stays.
 */
export async function leaveDisks(move: Move, context: CheckContext, ending: Ending): Promise<Ending> {
  if (ending.result !== 'migrated') return ending;
  const { disks } = await context.storagePlan();
  if (disks.length === 0) return ending;
  const paths = disks.map(({ source }) => source.path);
  // Something is not as it should be: nothing is taken away then.
  if (move.request.sourceDisks !== 'delete' || ending.reason !== '') {
    const stale = await Promise.all(disks.map((disk) => noteOf(disk, move, context)));
    return { ...ending, staleDisks: paths, stale };
  }
  try {
    for (const path of paths)
      await move.story.act('delete-source-disk', { path }, () => deleteFile(path, move.from.monitor));
    return ending;
  } catch (error) {
    const reason = `the disks on ${move.request.source.name} could not be deleted: ${messageOf(error)}`;
    return { ...ending, reason, staleDisks: paths };
  }
}

/** A file that can't be seen is noted without its length and time: then nobody ever takes it for replaceable. */
export async function noteOf(
  { source: { path } }: LocalDisk,
  move: Move,
  context: CheckContext,
): Promise<StaleDisk> {
  const { story, dom, env } = move;
  const file = await imageAt(context.source, path).catch(() => imageSeenAnew(path, move));
  return {
    ...{ hostUuid: context.source.host.uuid, path, domainUuid: dom.uuid },
    ...{ fileBytes: file?.fileBytes ?? 0, modifiedAt: file?.modifiedAt ?? '' },
    ...{ operationId: story.operationId, atMs: env.nowMs() },
  };
}

/** Looks over a new connection, which also takes away what the broken one has left there. `null`: it stays away. */
async function imageSeenAnew(path: string, { request, env }: Move): Promise<Image | null> {
  const lateMs = env.monotonicMs() + PATIENCE_MS;
  while (env.monotonicMs() < lateMs) {
    try {
      return await withConnection(request.source, env, (connection) =>
        imageAt({ view: directoryViewer(connection, env) }, path),
      );
    } catch {
      await env.delay(AGAIN_MS);
    }
  }
  return null;
}
