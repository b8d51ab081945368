import type { Means } from './means.ts';
import type { Way } from './strategy.ts';

/** What a way is, and what it rests on, in a sentence. */
export function reasonFor({ name, strategy, imagined }: Way): string {
  const { differences, holdBack } = strategy;
  switch (name) {
    case 'as-it-is':
      if (imagined.end === 'post-copy')
        return 'it is started on the destination before all of it is there (post-copy): it writes faster than it is sent';
      return 'it is moved as it is: what remains to be sent gets small by itself';
    case 'differences':
      return `only what changes in a page is sent again (xbzrle, a cache of ${mib(differences?.cacheBytes ?? 0)}): its writes are sparse`;
    case 'compressed':
      return `all of it is compressed (zstd, ${strategy.compression?.connections} connections): its memory shrinks well, and that takes less time than the wire`;
    case 'held-back': {
      const share = `${(100 * imagined.share).toPrecision(2)} % of its speed`;
      if (holdBack.kind === 'auto-converge')
        return `QEMU holds it back (auto-converge from ${holdBack.initialPercent} % on): it writes faster than it is sent`;
      return `it is held to ${share} after the first pass, in thin slices: it writes faster than it is sent`;
    }
    default:
      return name satisfies never;
  }
}

/** Where no way gets it done. */
export function inNoWay({ slices, autoConverge, leastShare }: Means): string {
  const held =
    slices || autoConverge ? `even held to ${(100 * leastShare).toPrecision(2)} %` : 'not held back';
  return `it writes faster than it is sent, ${held}: it is tried all the same`;
}

const mib = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;
