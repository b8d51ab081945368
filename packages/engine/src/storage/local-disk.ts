import type { Disk } from '../model.ts';

/** A disk in a file, which can be copied. */
export interface LocalDisk extends Disk {
  readonly source: { readonly kind: 'file'; readonly path: string };
}

export function isLocalDisk(disk: Disk): disk is LocalDisk {
  return disk.source.kind === 'file';
}
