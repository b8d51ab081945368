import { basename, dirname } from 'node:path';
import type { DiskSource } from '../../model.ts';
import type { LocalDisk } from '../../storage/targets.ts';
import type { CheckContext } from '../check.ts';

/**
 * What a copy of a disk takes on the destination at first. libvirt makes raw volumes whole, since their XML names no
 * allocation of its own (virStorageVolDefParseXML); others grow, up to what the chain of images has allocated, which
 * the copy flattens (QEMU's `drive-mirror` with `sync=full`).
 */
export async function neededBytes(disk: LocalDisk, context: CheckContext): Promise<number> {
  const { source, dom } = context;
  const info = await source.connection.domainGetBlockInfo({ dom, path: disk.target, flags: 0 });
  const capacity = Number(info.capacity);
  if ((disk.format ?? 'raw') === 'raw') return capacity;
  const chain = [disk.source, ...disk.backing];
  const allocated = await Promise.all(chain.map((image) => allocatedBytes(image, context)));
  return Math.min(
    capacity,
    allocated.reduce((bytes, one) => bytes + one, 0),
  );
}

/** Of what lies elsewhere than in a file nothing is known, and nothing counted. */
async function allocatedBytes(image: DiskSource, { source }: CheckContext): Promise<number> {
  if (image.kind !== 'file') return 0;
  const sight = await source.view(dirname(image.path), (seen) => seen.file(basename(image.path)));
  return sight.kind === 'seen' ? (sight.value?.allocationBytes ?? 0) : 0;
}
