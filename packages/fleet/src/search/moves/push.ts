import type { Proposer } from './proposer.ts';

const EVICTED_MAX = 12;
const HOSTS_TRIED = 32;

/**
 * A large domain takes the place of as many others as it needs, which go where they lose least, its own former host
 * among the choices: what neither a shift nor a swap can do for what is larger than what most hosts have free.
 */
export const push: Proposer = ({ trail, random, movable, sizes, regret }) => {
  const { placement } = trail;
  const { hostCount, start, allows, isMovable } = placement.problem;
  const coming = larger(
    random.pick(movable) ?? 0,
    larger(random.pick(movable) ?? 0, random.pick(movable) ?? 0),
  );
  const from = placement.hostOf[coming] ?? 0;
  const host = random.below(4) === 0 ? (start[coming] ?? 0) : random.below(hostCount);
  if (host === from || (start[coming] !== host && !allows(coming, host))) return false;
  trail.lift(coming);
  const evicted: number[] = [];
  const residents = [...(placement.residents[host] ?? [])];
  random.shuffle(residents);
  let price = placement.insertion(coming, host);
  for (const resident of residents) {
    if (price < Number.POSITIVE_INFINITY || evicted.length >= EVICTED_MAX) break;
    if (!isMovable(resident)) continue;
    trail.lift(resident);
    evicted.push(resident);
    price = placement.insertion(coming, host);
  }
  if (price < Number.POSITIVE_INFINITY) {
    trail.put(coming, host);
    const choices = new Set([host, from]);
    for (const one of evicted) choices.add(start[one] ?? 0);
    for (let i = 0; i < HOSTS_TRIED; i++) choices.add(random.below(hostCount));
    if (regret.insert(evicted, [...choices], true).length === 0) return true;
  }
  trail.undo();
  return false;

  function larger(one: number, other: number): number {
    return (sizes[one] ?? 0) >= (sizes[other] ?? 0) ? one : other;
  }
};
