import type { Measured } from '../model.ts';
import { GUESS_BYTES_PER_S, pathCapacity } from './path.ts';

/** What a host's links carry, in bytes each second. */
export interface LinkRates {
  readonly outBytesPerS: number;
  readonly inBytesPerS: number;
  /** What past moves have shown, or a gigabit, as long as none has. */
  readonly from: 'history' | 'guess';
}

/**
 * What each host sends and receives, by its name, as past moves have shown: the usual rate of the best of its paths, since
 * a slow one may be slow for its other end. Links are taken to carry as much the other way, where nothing is known of
 * that. Pure.
 */
export function linkRates(past: readonly Measured[]): (host: string) => LinkRates {
  const best = { out: new Map<string, number>(), in: new Map<string, number>() };
  const raise = (of: Map<string, number>, host: string, rate: number) =>
    of.set(host, Math.max(of.get(host) ?? 0, rate));
  const paths = Map.groupBy(past, ({ outcome }) => JSON.stringify([outcome.source, outcome.destination]));
  for (const moves of paths.values()) {
    const [first] = moves;
    const { bytesPerS, from } = pathCapacity(moves, null);
    if (first === undefined || from !== 'history') continue;
    raise(best.out, first.outcome.source, bytesPerS);
    raise(best.in, first.outcome.destination, bytesPerS);
  }
  return (host) => {
    const [out, into] = [best.out.get(host), best.in.get(host)];
    return {
      outBytesPerS: out ?? into ?? GUESS_BYTES_PER_S,
      inBytesPerS: into ?? out ?? GUESS_BYTES_PER_S,
      from: out === undefined && into === undefined ? 'guess' : 'history',
    };
  };
}
