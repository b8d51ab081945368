import { quantile } from '../forecast/chance.ts';
import type { Measured, PathCapacity } from '../model.ts';

/** Of a gigabit Ethernet without jumbo frames, what is left for the payload of TCP: 1448 of 1538 bytes. */
export const GUESS_BYTES_PER_S = 117_000_000;

/** Where nothing is known, it may as well be a tenth or ten times as much. */
const GUESS_SPREAD = 1.2;

/** A path is never the same twice. */
const LEAST_SPREAD = 0.04;

/** What lies longer back tells less of today's network. */
export const RECENT_MOVES = 12;

/**
 * What goes between two hosts each second: what went in the latest moves between them, where there were any. `limit`
 * is what the user allows. Pure.
 */
export function pathCapacity(past: readonly Measured[], limitBytesPerS: number | null): PathCapacity {
  const measured = measuredCapacity(past.slice(0, RECENT_MOVES));
  const known = measured ?? { bytesPerS: GUESS_BYTES_PER_S, spread: GUESS_SPREAD, from: 'guess' as const };
  if (limitBytesPerS === null) return known;
  if (measured === null || limitBytesPerS < measured.bytesPerS)
    return { bytesPerS: limitBytesPerS, spread: LEAST_SPREAD, from: 'limit' };
  return { ...known, idleLimitBytesPerS: limitBytesPerS };
}

function measuredCapacity(past: readonly Measured[]): PathCapacity | null {
  const rates = past.flatMap(({ trace }) =>
    trace === null || trace.bytesPerS === null || trace.limitBytesPerS !== null ? [] : [trace.bytesPerS],
  );
  if (rates.length === 0) return null;
  const middle = quantile(rates, 0.5);
  const squares = rates.map((rate) => Math.log(rate / middle) ** 2);
  const deviation = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rates.length);
  // One move tells how fast it went, not how much that varies.
  const spread = Math.max(deviation, LEAST_SPREAD, 0.15 / rates.length);
  return { bytesPerS: middle, spread, from: 'history' };
}
