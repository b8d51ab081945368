import { dirname } from 'node:path';
import type { CheckContext } from '../preflight/check.ts';
import { isLocalDisk, type LocalDisk } from './targets.ts';

/** The disks that a move copies along: those in files that only the source sees. */
export async function copiedDisks({
  domain,
  wishes,
  proveShared,
}: Pick<CheckContext, 'domain' | 'wishes' | 'proveShared'>): Promise<LocalDisk[]> {
  if (wishes.copyStorage === 'none') return [];
  const copied: LocalDisk[] = [];
  for (const disk of domain.disks) {
    if (disk.readOnly || disk.shareable || !isLocalDisk(disk)) continue;
    if ((await proveShared(dirname(disk.source.path))).result === 'local') copied.push(disk);
  }
  return copied;
}
