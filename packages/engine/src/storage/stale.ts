import type { Env } from '../env.ts';
import type { StaleDisk } from '../journal/journal.ts';
import type { Image } from './image.ts';

/**
 * The copy of a domain's disk that a move has left at that place, if nobody has touched it since: it may be replaced. Any
 * other file is somebody's.
 */
export async function leftBehind(
  path: string,
  { fileBytes, modifiedAt }: Pick<Image, 'fileBytes' | 'modifiedAt'>,
  { hostUuid, domainUuid }: { readonly hostUuid: string; readonly domainUuid: string },
  env: Env,
): Promise<StaleDisk | null> {
  if (modifiedAt === '') return null;
  const left = await env.journal.staleDisks(hostUuid);
  return (
    left.find(
      (disk) =>
        disk.path === path &&
        disk.domainUuid === domainUuid &&
        disk.fileBytes === fileBytes &&
        disk.modifiedAt === modifiedAt,
    ) ?? null
  );
}
