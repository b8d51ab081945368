import { messageOf } from '@virt-ferry/libvirt';
import type { NewEntry, StaleDisk } from '../journal/journal.ts';
import type { CheckContext, Side } from '../preflight/check.ts';
import { deleteFile } from '../storage/created.ts';
import { directoryViewer, imageAt } from '../storage/directory.ts';
import type { Image } from '../storage/image.ts';
import type { StoragePlan } from '../storage/plan.ts';
import { withConnection } from '../with-connection.ts';
import type { Ending, Move } from './operation.ts';
import type { Story } from './story.ts';

/** Where a domain was whose disks were copied: the host and the domain, by their UUIDs. */
export interface Former {
  readonly hostUuid: string;
  readonly domainUuid: string;
}

/** Who sees to its disks there: the move itself, or recovery. */
export interface Leaver extends Pick<Move, 'env' | 'story'> {
  readonly request: Pick<Move['request'], 'source' | 'sourceDisks'>;
  /** `null`: it is away. */
  readonly source: Pick<Side, 'connection' | 'view'> | null;
}

/** How long a source that broke off is tried again for, where only a note is at stake. */
const [PATIENCE_MS, AGAIN_MS] = [5000, 250];

/** Writes down which disks are going to have a copy, for {@link leaveBehind}. */
export async function noteCopied({ disks }: Pick<StoragePlan, 'disks'>, story: Story): Promise<void> {
  if (disks.length > 0) await story.note(COPIED, { paths: disks.map(({ source }) => source.path) });
}

const COPIED = 'copied-disks';

/** What {@link noteCopied} wrote. */
function copiedIn(entries: readonly NewEntry[]): readonly string[] {
  const noted = entries.findLast(({ kind, step }) => kind === 'note' && step === COPIED);
  return (noted?.data.paths ?? []) as readonly string[];
}

/** Sees to the disks that a move leaves on the source. */
export function leaveDisks(
  move: Move,
  { source }: Pick<CheckContext, 'source'>,
  ending: Ending,
): Promise<Ending> {
  const former = { hostUuid: source.host.uuid, domainUuid: move.dom.uuid };
  return leaveBehind({ ...move, source }, former, ending);
}

/**
 * The guest goes on with the copies of its disks: those on the source are of the past, and are deleted if the user wants
 * that, else noted. What they build on may be others' too, and stays.
 */
export async function leaveBehind(leaver: Leaver, former: Former, ending: Ending): Promise<Ending> {
  const { request, story, source } = leaver;
  const paths = copiedIn(story.entries);
  if (ending.result !== 'migrated' || paths.length === 0) return ending;
  // Something is not as it should be: nothing is taken away then.
  if (request.sourceDisks !== 'delete' || ending.reason !== '') {
    const stale = await Promise.all(paths.map((path) => noteOf(path, former, leaver)));
    return { ...ending, staleDisks: paths, stale };
  }
  try {
    if (source === null) throw new Error('it is away');
    for (const path of paths)
      await story.act('delete-source-disk', { path }, () => deleteFile(path, source.connection));
    return ending;
  } catch (error) {
    const reason = `the disks on ${request.source.name} could not be deleted: ${messageOf(error)}`;
    return { ...ending, reason, staleDisks: paths };
  }
}

/** A file that can't be seen is noted without its length and time: then nobody ever takes it for replaceable. */
async function noteOf(path: string, former: Former, leaver: Leaver): Promise<StaleDisk> {
  const { story, env, source } = leaver;
  const seen = source === null ? Promise.reject(new Error('it is away')) : imageAt(source, path);
  const file = await seen.catch(() => imageSeenAnew(path, leaver));
  return {
    ...{ ...former, path, fileBytes: file?.fileBytes ?? 0, modifiedAt: file?.modifiedAt ?? '' },
    ...{ operationId: story.operationId, atMs: env.nowMs() },
  };
}

/** Looks over a new connection, which also takes away what the broken one has left there. `null`: it stays away. */
async function imageSeenAnew(path: string, { request, env }: Leaver): Promise<Image | null> {
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
