import type { MakeTerm } from '../term.ts';

/** One figure of each host whose deviation over the hosts is to be small: `scale` × use of `resource` + `offset`. */
export interface Metric {
  readonly resource: number;
  readonly weight: number;
  /** By host; 0 leaves the host's figure at its offset. */
  readonly scale: Float64Array;
  readonly offset?: number;
}

/**
 * Σ weight × standard deviation over the hosts, from running sums: a change of one host costs one root a metric.
 * `hosts`: those that count.
 */
export function deviation(metrics: readonly Metric[], hosts: readonly number[]): MakeTerm {
  return ({ problem: { hostCount, resources, demand }, use }) => {
    const count = Math.max(1, hosts.length);
    const counted = new Uint8Array(hostCount);
    for (const host of hosts) counted[host] = 1;
    const scales = metrics.map(({ scale }) => scale);
    const resourceOf = Int32Array.from(metrics, ({ resource }) => resource);
    const weights = Float64Array.from(metrics, ({ weight }) => weight);
    const sums = new Float64Array(metrics.length);
    const squares = new Float64Array(metrics.length);
    const parts = new Float64Array(metrics.length);
    const root = (sum: number, square: number) =>
      Math.sqrt(Math.max(0, square / count - (sum / count) * (sum / count)));
    let total = 0;
    const change = (domain: number, host: number, sign: 1 | -1) => {
      if (counted[host] === 0) return;
      total = 0;
      for (let m = 0; m < parts.length; m++) {
        const resource = resourceOf[m] ?? 0;
        const scale = scales[m]?.[host] ?? 0;
        const now = (use[host * resources + resource] ?? 0) * scale;
        const by = sign * (demand[domain * resources + resource] ?? 0) * scale;
        if (by !== 0) {
          // `use` has the change already.
          sums[m] = (sums[m] ?? 0) + by;
          squares[m] = (squares[m] ?? 0) + by * (2 * now - by);
          parts[m] = (weights[m] ?? 0) * root(sums[m] ?? 0, squares[m] ?? 0);
        }
        total += parts[m] ?? 0;
      }
    };
    return {
      insertion(domain, host) {
        if (counted[host] === 0) return 0;
        let after = 0;
        for (let m = 0; m < parts.length; m++) {
          const resource = resourceOf[m] ?? 0;
          const scale = scales[m]?.[host] ?? 0;
          const by = (demand[domain * resources + resource] ?? 0) * scale;
          const now = (use[host * resources + resource] ?? 0) * scale;
          after += (weights[m] ?? 0) * root((sums[m] ?? 0) + by, (squares[m] ?? 0) + by * (2 * now + by));
        }
        return after - total;
      },
      inserted: (domain, host) => change(domain, host, 1),
      removed: (domain, host) => change(domain, host, -1),
      value: () => total,
      recompute() {
        total = 0;
        for (let m = 0; m < parts.length; m++) {
          let [sum, square] = [0, 0];
          for (const host of hosts) {
            const now = (use[host * resources + (resourceOf[m] ?? 0)] ?? 0) * (scales[m]?.[host] ?? 0);
            sum += now;
            square += now * now;
          }
          sums[m] = sum;
          squares[m] = square;
          parts[m] = (weights[m] ?? 0) * root(sum, square);
          total += parts[m] ?? 0;
        }
      },
      heat(host) {
        let heat = 0;
        for (let m = 0; m < parts.length; m++) {
          const now = (use[host * resources + (resourceOf[m] ?? 0)] ?? 0) * (scales[m]?.[host] ?? 0);
          heat += (weights[m] ?? 0) * (now - (sums[m] ?? 0) / count);
        }
        return counted[host] === 0 ? 0 : heat;
      },
    };
  };
}
