import type { Placement } from './placement.ts';
import type { Trail } from './trail.ts';

/** The host of some where it adds least, and may be; -1: none. */
export function cheapestHost(placement: Placement, domain: number, hosts: readonly number[]): number {
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (const host of hosts) {
    const price = placement.insertion(domain, host);
    if (price < least) [best, least] = [host, price];
  }
  return best;
}

/**
 * Puts domains that are nowhere onto some hosts, each time the one that would lose most if it had to take its second
 * choice (regret-2, as in Potvin and Rousseau 1993). Returns those that found no host.
 *
 * `blur` adds to each price, so that the same set is not always put back the same way.
 */
export function insertByRegret(
  trail: Trail,
  domains: readonly number[],
  hosts: readonly number[],
  blur: () => number = () => 0,
): number[] {
  const { placement } = trail;
  const width = hosts.length;
  const prices = new Float64Array(domains.length * width);
  const waiting: number[] = [];
  domains.forEach((domain, i) => {
    hosts.forEach((host, j) => {
      prices[i * width + j] = placement.insertion(domain, host) + blur();
    });
    waiting.push(i);
  });
  const left: number[] = [];
  while (waiting.length > 0) {
    let [chosen, at, widest] = [-1, -1, Number.NEGATIVE_INFINITY];
    for (let w = 0; w < waiting.length; w++) {
      const row = (waiting[w] ?? 0) * width;
      let [first, least, second] = [-1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let j = 0; j < width; j++) {
        const price = prices[row + j] ?? 0;
        if (price < least) {
          second = least;
          least = price;
          first = j;
        } else if (price < second) second = price;
      }
      // What has nowhere to go any more is set aside; what has one place only goes first.
      if (first < 0) {
        left.push(domains[waiting[w] ?? 0] ?? 0);
        waiting.splice(w--, 1);
        continue;
      }
      const regret = second === Number.POSITIVE_INFINITY ? 1e300 - least : second - least;
      if (regret > widest) [chosen, at, widest] = [w, first, regret];
    }
    if (chosen < 0) break;
    const row = waiting[chosen] ?? 0;
    waiting.splice(chosen, 1);
    const host = hosts[at] ?? 0;
    trail.put(domains[row] ?? 0, host);
    for (const i of waiting) prices[i * width + at] = placement.insertion(domains[i] ?? 0, host) + blur();
  }
  return left;
}
