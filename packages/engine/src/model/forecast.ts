// What is measured of a guest and a path, and what is expected of a move.
import type { Strategy } from './strategy.ts';

/**
 * What is seen of how a guest writes to its memory: after `windowS` seconds this share of the pages that were looked at
 * had changed. A page that was written to with what was in it before counts as unchanged.
 */
export interface DirtySample {
  readonly windowS: number;
  readonly changedShare: number;
  /** How many pages that share is of. */
  readonly pages: number;
}

/**
 * How many bytes of memory a guest writes to at least once within a time, U(t): some of it again and again, which
 * saturates, and some of it ever new. One rate can't tell that.
 *
 *   U(t) = hotBytes · s(t / hotS) + coldBytesPerS · t    where s is as `shape` says, and U never exceeds the memory
 */
export interface DirtyCurve {
  readonly hotBytes: number;
  /** The time in which the hot pages would be written to once, each one in its turn. */
  readonly hotS: number;
  /** `sweep`: one after the other, s(x) = min(x, 1). `random`: whichever, s(x) = 1 − e^(−x). */
  readonly shape: 'sweep' | 'random';
  readonly coldBytesPerS: number;
}

/** What is known of a guest's memory before it is moved. */
export interface MemoryProfile {
  readonly totalBytes: number;
  /** What isn't zero, and so has to be sent. */
  readonly usedBytes: number;
  readonly samples: readonly DirtySample[];
  readonly curve: DirtyCurve;
  /** Bytes that change in a page that changes, on average; `null` where none was seen to. */
  readonly changedBytesAPage: number | null;
  /** The size of a used page once it is compressed, of its own size. */
  readonly compressedShare: number;
  /** What the busiest of its vCPUs uses of a processor; `null` where nobody can say. */
  readonly cpuShare: number | null;
}

/** Half of such moves stay at or below `p50`, nine of ten at or below `p90`. */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
}

/** What a move costs. */
export interface Figures {
  /** From the user's word to the end. */
  readonly totalMs: Quantiles;
  /** The pause that QEMU reports. */
  readonly downtimeMs: Quantiles;
  /** Of memory and disks, on the wire. */
  readonly bytes: Quantiles;
}

/** What is to be expected of a move, and what that rests on. */
export interface Forecast extends Figures {
  readonly verdict: ForecastVerdict;
  /** How it is to be moved. */
  readonly strategy: Strategy;
  /** Before it was corrected by how far off such figures were in the past. */
  readonly computed: Figures;
  readonly basis: ForecastBasis;
}

export type ForecastVerdict =
  /** What remains to be sent gets small enough by itself. */
  | { readonly kind: 'converges' }
  /** It does once the guest is held back to this share of its speed. */
  | { readonly kind: 'throttled'; readonly share: number }
  | { readonly kind: 'post-copy' }
  /** It doesn't with what the user allows. `downtimeMs`: the pause it would take, the guest as fast as it is. */
  | { readonly kind: 'never'; readonly downtimeMs: number }
  /** It does, but after the deadline. */
  | { readonly kind: 'late'; readonly totalMs: number };

export interface ForecastBasis {
  readonly memory: MemoryProfile;
  readonly path: PathCapacity;
  /** Bytes of disks that are copied before memory. */
  readonly diskBytes: number;
}

/** What goes between two hosts each second, and how that is known. */
export interface PathCapacity {
  readonly bytesPerS: number;
  /** How far off it may be: the standard deviation of its logarithm. */
  readonly spread: number;
  readonly from: 'history' | 'limit' | 'guess';
  /** What the user allows, where that is more than ever went there and so limits nothing. */
  readonly idleLimitBytesPerS?: number;
}
