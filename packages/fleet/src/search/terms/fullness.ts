import type { MakeTerm } from '../term.ts';

/** -Σ (use / capacity)²: fuller hosts get fuller, emptier ones emptier. `weights` by resource. */
export function fullness(weights: Float64Array): MakeTerm {
  return ({ problem: { hostCount, resources, demand, capacity }, use }) => {
    const costs = new Float64Array(hostCount);
    let sum = 0;
    const costOf = (host: number, domain: number): number => {
      let cost = 0;
      for (let r = 0, at = host * resources; r < resources; r++) {
        const weight = weights[r] ?? 0;
        if (weight === 0) continue;
        const more = domain < 0 ? 0 : (demand[domain * resources + r] ?? 0);
        const share = ((use[at + r] ?? 0) + more) / (capacity[at + r] || 1);
        cost -= weight * share * share;
      }
      return cost;
    };
    const follow = (_domain: number, host: number) => {
      const cost = costOf(host, -1);
      sum += cost - (costs[host] ?? 0);
      costs[host] = cost;
    };
    return {
      insertion: (domain, host) => costOf(host, domain) - (costs[host] ?? 0),
      inserted: follow,
      removed: follow,
      value: () => sum,
      recompute() {
        sum = 0;
        for (let host = 0; host < hostCount; host++) {
          costs[host] = costOf(host, -1);
          sum += costs[host] ?? 0;
        }
      },
      // The fuller, the more there is of it.
      heat: (host) => -(costs[host] ?? 0),
    };
  };
}
