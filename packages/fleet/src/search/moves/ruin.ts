import { insertByRegret } from '../regret.ts';
import type { Proposer } from './proposer.ts';

const HOSTS_MAX = 6;
const LIFTED_MAX = 16;

/** Takes domains off two to six hosts and puts them back by regret: the large neighbourhood. */
export const ruin: Proposer = ({ trail, random }) => {
  const { placement } = trail;
  const { hostCount, start } = placement.problem;
  const hosts = new Set<number>();
  const wanted = Math.min(hostCount, 2 + random.below(HOSTS_MAX - 1));
  // The hotter of two, so that most of the work is done where the cost lies.
  while (hosts.size < wanted) {
    const [a, b] = [random.below(hostCount), random.below(hostCount)];
    hosts.add(placement.heat(a) >= placement.heat(b) ? a : b);
  }
  const candidates: number[] = [];
  for (const host of hosts) candidates.push(...(placement.residents[host] ?? []));
  random.shuffle(candidates);
  const share = 2 + random.below(LIFTED_MAX - 1);
  const lifted: number[] = [];
  for (const domain of candidates) {
    if (lifted.length >= share) break;
    if (placement.problem.isMovable(domain)) lifted.push(domain);
  }
  for (const domain of lifted) {
    trail.lift(domain);
    hosts.add(start[domain] ?? 0);
  }
  if (insertByRegret(trail, lifted, [...hosts]).length === 0) return lifted.length > 0;
  trail.undo();
  return false;
};
