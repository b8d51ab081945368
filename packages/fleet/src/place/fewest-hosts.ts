import type { Problem } from '../search/problem.ts';

/**
 * How many hosts are needed at least: for each resource, the fewest hosts whose capacities together hold what all
 * domains use of it, taking the largest hosts first.
 */
export function fewestHosts(
  { resources, demand, capacity, start }: Problem,
  hosts: readonly number[],
): number {
  const taking = new Set(hosts);
  let fewest = 0;
  for (let r = 0; r < resources; r++) {
    let wanted = 0;
    start.forEach((host, domain) => {
      if (taking.has(host)) wanted += demand[domain * resources + r] ?? 0;
    });
    const sizes = hosts.map((host) => capacity[host * resources + r] ?? 0).sort((a, b) => b - a);
    let count = 0;
    for (const size of sizes) {
      if (wanted <= 0) break;
      wanted -= size;
      count++;
    }
    fewest = Math.max(fewest, count);
  }
  return fewest;
}
