import type { Problem } from '../search/problem.ts';

/**
 * How many hosts are needed at least: for each resource, the fewest hosts whose capacities together hold what all
 * domains use of it, taking those first that can't be emptied, then the largest.
 */
export function fewestHosts(problem: Problem, hosts: readonly number[]): number {
  const { resources, demand, capacity, start } = problem;
  const taking = new Set(hosts);
  const fixed = new Set<number>();
  start.forEach((host, domain) => {
    if (taking.has(host) && !problem.isMovable(domain)) fixed.add(host);
  });
  let fewest = 0;
  for (let r = 0; r < resources; r++) {
    let wanted = 0;
    start.forEach((host, domain) => {
      if (taking.has(host)) wanted += demand[domain * resources + r] ?? 0;
    });
    const sizeOf = (host: number) => capacity[host * resources + r] ?? 0;
    let count = fixed.size;
    for (const host of fixed) wanted -= sizeOf(host);
    const sizes = hosts.filter((host) => !fixed.has(host)).map(sizeOf);
    for (const size of sizes.sort((a, b) => b - a)) {
      if (wanted <= 0) break;
      wanted -= size;
      count++;
    }
    fewest = Math.max(fewest, count);
  }
  return fewest;
}
