import type { MakeTerm } from '../term.ts';

/** What it costs to stay on hosts that are to be left, by domain. */
export function leave(hosts: ReadonlySet<number>, prices: Float64Array): MakeTerm {
  return ({ hostOf }) => {
    let sum = 0;
    const priceOf = (domain: number, host: number) => (hosts.has(host) ? (prices[domain] ?? 0) : 0);
    return {
      insertion: priceOf,
      inserted(domain, host) {
        sum += priceOf(domain, host);
      },
      removed(domain, host) {
        sum -= priceOf(domain, host);
      },
      value: () => sum,
      recompute() {
        sum = 0;
        hostOf.forEach((host, domain) => {
          sum += priceOf(domain, host);
        });
      },
    };
  };
}
