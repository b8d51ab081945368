import { dirtiedBy } from '../forecast/dirty-curve.ts';
import type { MemoryProfile } from '../model.ts';

const PAGE_BYTES = 4096;

/** A header, and where the differences are. */
const OVERHEAD_BYTES = 16;

/** Of a changed byte among unchanged ones: how far it is from the last, how many follow, itself (QEMU's migration/xbzrle.c). */
const BYTES_A_CHANGE = 3;

/** What xbzrle gets through in a second, whatever goes over the wire. Tried with an emulated guest on one processor. */
const ENCODED_BYTES_PER_S = 600_000_000;

/** More of a page than this is hardly worth the processor's time. */
const WORTH_IT = 0.5;

/** What a page costs, of itself, if only its differences are sent over a path that carries so much. */
export function differencesFactor({ changedBytesAPage }: MemoryProfile, bytesPerS: number): number {
  if (changedBytesAPage === null) return 1;
  const sent = (BYTES_A_CHANGE * changedBytesAPage + OVERHEAD_BYTES) / PAGE_BYTES;
  return Math.min(Math.max(sent, bytesPerS / ENCODED_BYTES_PER_S), 1);
}

/** Whether differences are small enough to be worth a cache. */
export function differencesPay(memory: MemoryProfile): boolean {
  return differencesFactor(memory, 0) < WORTH_IT;
}

/** As long as a pass over memory may take. */
const PASS_S = 10;
const LEAST_CACHE_BYTES = 2 ** 24;

/**
 * A cache that holds all that is written to again: a page that finds its place taken is sent whole. Twice as much, since
 * places are dealt by address, and QEMU takes powers of two only.
 */
export function cacheFor(memory: MemoryProfile): number {
  const wanted = Math.min(2 * dirtiedBy(memory)(PASS_S), memory.totalBytes);
  return 2 ** Math.ceil(Math.log2(Math.max(wanted, LEAST_CACHE_BYTES)));
}
