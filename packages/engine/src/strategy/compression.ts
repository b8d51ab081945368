import type { Host, MemoryProfile, MoveRequest, Strategy } from '../model.ts';

/** libvirt 9.4.0, the first that takes zstd for parallel connections (libvirt-domain.h, VIR_MIGRATE_PARAM_COMPRESSION_ZSTD_LEVEL). */
const LIBVIRT_FROM = 9_004_000;

/** QEMU 9.0, where parallel connections look for zero pages themselves (qapi/migration.json, `zero-page-detection`). */
const QEMU_FROM = 9_000_000;

/** Half of a host's processors, which have guests to run, and no more than what two hosts hardly fill. */
const [PROCESSORS_SHARE, MOST_CONNECTIONS] = [0.5, 4];

/**
 * What zstd at its fastest gets through in a second on a processor, half of what its makers measured (facebook.github.io/zstd,
 * level 1: 510 MB/s on a Core i7-9700K), since these have other work too.
 */
const COMPRESSED_BYTES_PER_S = 250_000_000;

/** Memory that shrinks less is hardly worth the processors' time. */
const WORTH_IT = 0.7;

/** Nor is a move that is soon over anyway; whether memory compresses must be known before the destination is made ready. */
const LONG_S = 3;

/**
 * What both hosts can do of it; `null`: nothing, or the user doesn't allow it, since a destination without processors to
 * spare lags behind by what the wire holds, which is many times as much memory, and the pause gets longer by that.
 */
export function compressionOf(
  { method, compression }: Pick<MoveRequest, 'method' | 'compression'>,
  hosts: readonly Pick<Host, 'libvirtVersion' | 'hypervisorVersion' | 'cpus'>[],
): Strategy['compression'] {
  const can = hosts.every(
    ({ libvirtVersion, hypervisorVersion }) =>
      libvirtVersion >= LIBVIRT_FROM && hypervisorVersion >= QEMU_FROM,
  );
  if (!can || method !== 'pre-copy' || compression !== 'allowed') return null;
  const cpus = Math.min(...hosts.map((host) => host.cpus));
  return { connections: Math.min(Math.max(Math.floor(PROCESSORS_SHARE * cpus), 1), MOST_CONNECTIONS) };
}

/** Whether memory of which so much is used, and shrinks so far, is better compressed. */
export function compressionPays(
  { usedBytes, compressedShare }: Pick<MemoryProfile, 'usedBytes' | 'compressedShare'>,
  bytesPerS: number,
): boolean {
  return compressedShare < WORTH_IT && usedBytes > LONG_S * bytesPerS;
}

/** What a byte of memory costs on a wire that carries so much, if it is compressed. */
export function compressedFactor(
  { compressedShare }: Pick<MemoryProfile, 'compressedShare'>,
  bytesPerS: number,
  { connections }: NonNullable<Strategy['compression']>,
): number {
  return Math.min(Math.max(compressedShare, bytesPerS / (connections * COMPRESSED_BYTES_PER_S)), 1);
}

/** What a QEMU says that was built without zstd. */
export function refusesCompression(reason: string): boolean {
  return /multifd.compression|'zstd'/i.test(reason);
}
