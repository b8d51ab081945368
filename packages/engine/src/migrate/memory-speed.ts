import type { Connection, DomainRef } from '@virt-ferry/libvirt';
import type { MoveRequest } from '../model.ts';
import { mibPerS, UNLIMITED_MIB_PER_S } from './bandwidth.ts';

/**
 * libvirt begins a move with one limit for the disks and for memory, which comes after them. Where the user wants two,
 * memory gets its own when it begins: to be called with each sign of it. Resolves once the limit holds.
 */
export function memorySpeed(
  { diskBandwidthBytesPerS = null, bandwidthBytesPerS = null }: Partial<MoveRequest>,
  source: Connection,
  dom: DomainRef,
): () => Promise<void> {
  if (diskBandwidthBytesPerS === null) return async () => undefined;
  const bandwidthMiBPerS = bandwidthBytesPerS === null ? UNLIMITED_MIB_PER_S : mibPerS(bandwidthBytesPerS);
  let isSet: Promise<void> | undefined;
  return () => {
    isSet ??= source.domainMigrateSetMaxSpeed({ dom, bandwidthMiBPerS, flags: 0 }).then(
      () => undefined,
      (error: unknown) => {
        isSet = undefined;
        throw error;
      },
    );
    return isSet;
  };
}
