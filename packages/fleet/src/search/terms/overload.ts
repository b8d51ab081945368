import type { MakeTerm } from '../term.ts';

/** What use above a soft limit costs: weight × excess, by resource. `limits`: [host × resources + resource]. */
export function overload(weights: Float64Array, limits: Float64Array): MakeTerm {
  return ({ problem: { hostCount, resources, demand }, use }) => {
    const costs = new Float64Array(hostCount);
    let sum = 0;
    const costOf = (host: number): number => {
      let cost = 0;
      for (let r = 0, at = host * resources; r < resources; r++) {
        const excess = (use[at + r] ?? 0) - (limits[at + r] ?? 0);
        if (excess > 0) cost += excess * (weights[r] ?? 0);
      }
      return cost;
    };
    const follow = (_domain: number, host: number) => {
      const cost = costOf(host);
      sum += cost - (costs[host] ?? 0);
      costs[host] = cost;
    };
    return {
      insertion(domain, host) {
        let cost = 0;
        for (let r = 0, at = host * resources, from = domain * resources; r < resources; r++) {
          const excess = (use[at + r] ?? 0) + (demand[from + r] ?? 0) - (limits[at + r] ?? 0);
          if (excess > 0) cost += excess * (weights[r] ?? 0);
        }
        return cost - (costs[host] ?? 0);
      },
      inserted: follow,
      removed: follow,
      value: () => sum,
      recompute() {
        sum = 0;
        for (let host = 0; host < hostCount; host++) {
          costs[host] = costOf(host);
          sum += costs[host] ?? 0;
        }
      },
      heat: (host) => costs[host] ?? 0,
    };
  };
}
