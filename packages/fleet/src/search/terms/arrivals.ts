import type { MakeTerm } from '../term.ts';

/** Σ over hosts of (what arrives / what it can take in a second)² × weight: arrivals spread over links. */
export function arrivals(bytes: Float64Array, inBytesPerS: Float64Array, weight: number): MakeTerm {
  return ({ problem: { start, hostCount }, hostOf }) => {
    const seconds = new Float64Array(hostCount);
    let sum = 0;
    const change = (domain: number, host: number, sign: 1 | -1) => {
      if (host === start[domain]) return;
      const before = seconds[host] ?? 0;
      const after = before + (sign * (bytes[domain] ?? 0)) / (inBytesPerS[host] ?? 1);
      seconds[host] = after;
      sum += (after * after - before * before) * weight;
    };
    return {
      insertion(domain, host) {
        if (host === start[domain]) return 0;
        const more = (bytes[domain] ?? 0) / (inBytesPerS[host] ?? 1);
        return more * (2 * (seconds[host] ?? 0) + more) * weight;
      },
      inserted: (domain, host) => change(domain, host, 1),
      removed: (domain, host) => change(domain, host, -1),
      value: () => sum,
      recompute() {
        seconds.fill(0);
        sum = 0;
        hostOf.forEach((host, domain) => {
          if (host >= 0) change(domain, host, 1);
        });
      },
    };
  };
}
