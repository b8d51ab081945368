const MIB = 1024 ** 2;

/** libvirt's "no limit": QEMU_DOMAIN_MIG_BANDWIDTH_MAX in qemu_domain.h, INT64_MAX bytes per second. */
export const UNLIMITED_MIB_PER_S = (2n ** 63n - 1n) / BigInt(MIB);

/** libvirt counts in MiB/s. Rounded up, so that a small limit is not none. */
export function mibPerS(bytesPerS: number): bigint {
  return BigInt(Math.ceil(bytesPerS / MIB));
}
