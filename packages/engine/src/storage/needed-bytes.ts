import type { DiskSource } from '../model.ts';
import type { CheckContext } from '../preflight/check.ts';
import { imageAt } from './directory.ts';
import type { LocalDisk } from './local-disk.ts';
import { basesToSend, type StoragePlan } from './plan.ts';

/**
 * What a copy of a disk takes on the destination at first. libvirt makes raw volumes whole, since their XML names no
 * allocation of its own (virStorageVolDefParseXML); others grow, up to what their own image has allocated, and where it
 * is copied flat, all that it builds on (QEMU's `drive-mirror` with `sync=top` and `sync=full`).
 */
export async function neededBytes(
  disk: LocalDisk,
  copy: StoragePlan['copy'],
  context: Pick<CheckContext, 'source' | 'dom' | 'wishes'>,
): Promise<number> {
  const { source, dom, wishes } = context;
  // Its file is sent as it is, holes as holes.
  if (wishes.offline) return allocatedBytes(disk.source, context);
  const info = await source.connection.domainGetBlockInfo({ dom, path: disk.target, flags: 0 });
  const capacity = Number(info.capacity);
  if ((disk.format ?? 'raw') === 'raw') return capacity;
  const images = copy === 'top' ? [disk.source] : [disk.source, ...disk.backing];
  const allocated = await Promise.all(images.map((image) => allocatedBytes(image, context)));
  return Math.min(
    capacity,
    allocated.reduce((bytes, one) => bytes + one, 0),
  );
}

/** What a move sends of disks, before the guest writes to them: what their images hold, holes left out. */
export async function bytesToCopy(plan: StoragePlan, context: Pick<CheckContext, 'source'>): Promise<number> {
  const images = plan.disks.flatMap(({ source, backing }) =>
    plan.copy === 'top' ? [source] : [source, ...backing],
  );
  const paths = basesToSend(plan).map(({ path }) => ({ kind: 'file' as const, path }));
  const allocated = await Promise.all([...images, ...paths].map((image) => allocatedBytes(image, context)));
  return allocated.reduce((bytes, one) => bytes + one, 0);
}

/** Of what lies elsewhere than in a file nothing is known, and nothing counted. */
async function allocatedBytes(image: DiskSource, { source }: Pick<CheckContext, 'source'>): Promise<number> {
  if (image.kind !== 'file') return 0;
  return (await imageAt(source, image.path))?.allocationBytes ?? 0;
}
