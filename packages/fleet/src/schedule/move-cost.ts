import type { Fleet } from '../model/fleet.ts';

/** A guest that dirties memory as fast as it is sent is stopped, or held back, after so many times its memory. */
const PASSES_MAX = 3;

/** What one move takes when it has its whole path to itself. */
export interface MoveCost {
  readonly bytes: number;
  readonly rateBytesPerS: number;
  readonly durationS: number;
}

/**
 * Pre-copy sends what was dirtied meanwhile again and again: with a dirty rate of d and a link of r that is a geometric
 * series, memory / (1 - d / r). Local disks go once.
 */
export function moveCost(fleet: Fleet, domain: number, from: number, to: number): MoveCost {
  const { hosts, domains, coreBytesPerS, setupS } = fleet;
  const rateBytesPerS = Math.max(
    1,
    Math.min(hosts.outBytesPerS[from] ?? 0, hosts.inBytesPerS[to] ?? 0, coreBytesPerS),
  );
  const again = Math.min(0.999, (domains.dirtyBytesPerS[domain] ?? 0) / rateBytesPerS);
  const passes = Math.min(PASSES_MAX, 1 / (1 - again));
  const bytes = Math.round(
    (domains.residentBytes[domain] ?? 0) * passes + (domains.localDiskBytes[domain] ?? 0),
  );
  return { bytes, rateBytesPerS, durationS: bytes / rateBytesPerS + setupS };
}
