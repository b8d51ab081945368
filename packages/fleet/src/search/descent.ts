import type { Limit } from './limit.ts';
import { Meter } from './limit.ts';
import type { Placement } from './placement.ts';
import type { Random } from './random.ts';

/** Of very many hosts so many are looked at as destinations: the coldest, and some at random. */
const COLDEST = 48;
const OTHERS = 16;

export interface DescentOptions {
  readonly random: Random;
  readonly limit: Limit;
  /** A step must gain so much at least. */
  readonly leastGain?: number;
}

/**
 * Goes from the hottest host to the next, each time taking the one step that gains most off it, until no host has one.
 * Returns how many steps were taken.
 */
export function descend(placement: Placement, { random, limit, leastGain = 1e-12 }: DescentOptions): number {
  const { hostCount } = placement.problem;
  const meter = new Meter(limit);
  const byHeat = Array.from({ length: hostCount }, (_, host) => host);
  const heat = new Float64Array(hostCount);
  let steps = 0;
  for (let gained = true; gained && meter.goesOn(1); ) {
    gained = false;
    for (let host = 0; host < hostCount; host++) heat[host] = placement.heat(host);
    byHeat.sort((a, b) => (heat[b] ?? 0) - (heat[a] ?? 0));
    const few = hostCount <= COLDEST + OTHERS;
    const cold = few ? byHeat : byHeat.slice(-COLDEST);
    // The order is good enough for a while: sorting again after each step would take longer than the steps.
    const rounds = few ? 1 : Math.max(1, hostCount >> 4);
    for (let i = 0; i < hostCount && meter.goesOn(1); i++) {
      if (gained && i >= rounds) break;
      const targets = few
        ? cold
        : [...cold, ...Array.from({ length: OTHERS }, () => random.below(hostCount))];
      while (bestStep(placement, byHeat[i] ?? 0, targets, leastGain)) {
        steps++;
        gained = true;
        if (few) break;
      }
      if (few && gained) break;
    }
  }
  placement.recompute();
  return steps;
}

/** Takes the step off a host that gains most, if any gains enough. */
function bestStep(
  placement: Placement,
  from: number,
  targets: readonly number[],
  leastGain: number,
): boolean {
  let [domain, to, most] = [-1, -1, leastGain];
  const before = placement.cost();
  for (const candidate of [...(placement.residents[from] ?? [])]) {
    if (!placement.problem.isMovable(candidate)) continue;
    placement.remove(candidate);
    const without = placement.cost();
    for (const host of targets) {
      if (host === from || !placement.fits(candidate, host)) continue;
      const gain = before - without - placement.priceOf(candidate, host);
      if (gain > most) [domain, to, most] = [candidate, host, gain];
    }
    placement.insert(candidate, from);
  }
  if (domain < 0) return false;
  placement.remove(domain);
  placement.insert(domain, to);
  return true;
}
