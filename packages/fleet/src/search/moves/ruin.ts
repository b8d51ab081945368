import type { Placement } from '../placement.ts';
import type { Random } from '../random.ts';
import type { Proposer } from './proposer.ts';

const HOSTS_MAX = 5;
const LIFTED_MAX = 50;
const TOURNAMENT = 3;

/** Takes domains off two to five hosts, or most of them, and puts them back by regret: the large neighbourhood. */
export const ruin: Proposer = ({ trail, random, regret }) => {
  const { placement } = trail;
  const { problem } = placement;
  const hosts = new Set<number>();
  const wanted = Math.min(problem.hostCount, 2 + random.below(HOSTS_MAX - 1));
  // One that is hot, and any others: those have the room.
  hosts.add(hottestOf(placement, random));
  while (hosts.size < wanted) hosts.add(random.below(problem.hostCount));
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

function hottestOf(placement: Placement, random: Random): number {
  const { hostCount } = placement.problem;
  let hottest = random.below(hostCount);
  for (let i = 1; i < TOURNAMENT; i++) {
    const other = random.below(hostCount);
    if (placement.heat(other) > placement.heat(hottest)) hottest = other;
  }
  return hottest;
}
