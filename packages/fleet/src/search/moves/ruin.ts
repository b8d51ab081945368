import type { Proposer } from './proposer.ts';

const HOSTS_MAX = 5;
const LIFTED_MAX = 40;

/** Takes domains off two to five hosts, up to all of them, and puts them back by regret: the large neighbourhood. */
export const ruin: Proposer = ({ trail, random, regret }) => {
  const { placement } = trail;
  const { problem } = placement;
  const hosts = new Set<number>();
  const wanted = Math.min(problem.hostCount, 2 + random.below(HOSTS_MAX - 1));
  // The hotter of two, so that most of the work is done where the cost lies.
  while (hosts.size < wanted) {
    const [a, b] = [random.below(problem.hostCount), random.below(problem.hostCount)];
    hosts.add(placement.heat(a) >= placement.heat(b) ? a : b);
  }
  const lifted: number[] = [];
  for (const host of hosts)
    for (const domain of placement.residents[host] ?? []) if (problem.isMovable(domain)) lifted.push(domain);
  random.shuffle(lifted);
  lifted.length = Math.min(lifted.length, 2 + random.below(LIFTED_MAX - 1));
  const keepsHome = problem.transient.includes(1);
  for (const domain of lifted) {
    trail.lift(domain);
    // Where something of it is still held, there is room for it.
    if (keepsHome) hosts.add(problem.start[domain] ?? 0);
  }
  if (regret.insert(lifted, [...hosts], true).length === 0) return lifted.length > 0;
  trail.undo();
  return false;
};
