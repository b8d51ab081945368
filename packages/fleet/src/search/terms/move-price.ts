import type { MakeTerm } from '../term.ts';

/** What each domain costs that is not where it started. */
export function movePrice(prices: Float64Array): MakeTerm {
  return ({ problem: { start }, hostOf }) => {
    let sum = 0;
    return {
      insertion: (domain, host) => (host === start[domain] ? 0 : (prices[domain] ?? 0)),
      inserted(domain, host) {
        if (host !== start[domain]) sum += prices[domain] ?? 0;
      },
      removed(domain, host) {
        if (host !== start[domain]) sum -= prices[domain] ?? 0;
      },
      value: () => sum,
      recompute() {
        sum = 0;
        hostOf.forEach((host, domain) => {
          if (host >= 0 && host !== start[domain]) sum += prices[domain] ?? 0;
        });
      },
    };
  };
}
