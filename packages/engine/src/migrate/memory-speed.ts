import type { Connection, DomainRef } from '@virt-ferry/libvirt';
import type { MoveRequest } from '../model.ts';

const MIB = 1024 ** 2;
/** QEMU_DOMAIN_MIG_BANDWIDTH_MAX of qemu_domain.h, in MiB/s: no limit. */
const UNLIMITED = 2n ** 63n / BigInt(MIB) - 1n;

/**
 * libvirt begins a move with one limit for the disks and for memory, which comes after them. Where the user wants two,
 * memory gets its own when it begins: to be called with each look at it.
 */
export function memorySpeed(
  { diskBandwidthBytesPerS = null, bandwidthBytesPerS = null }: Partial<MoveRequest>,
  source: Connection,
  dom: DomainRef,
): () => Promise<void> {
  let isSet = diskBandwidthBytesPerS === null;
  return async () => {
    if (isSet) return;
    isSet = true;
    const bandwidthMiBPerS =
      bandwidthBytesPerS === null ? UNLIMITED : BigInt(Math.ceil(bandwidthBytesPerS / MIB));
    await source.domainMigrateSetMaxSpeed({ dom, bandwidthMiBPerS, flags: 0 });
  };
}
