import { type Limit, Meter } from './limit.ts';
import type { Placement } from './placement.ts';
import type { Random } from './random.ts';

/** Of very many hosts so many are looked at as destinations: the coldest, and some at random. */
const COLDEST = 24;
const OTHERS = 8;
/** Up to so many hosts all of them are. */
const FEW = 128;
/** A step isn't worth taking that gains less than this share of what the cost is per host. */
const LEAST_SHARE = 0.01;

export interface DescentOptions {
  readonly random: Random;
  readonly limit: Limit;
}

/**
 * Goes from the hottest host to the next, each time taking the one step that gains most off it, until no host has one.
 * Returns how many steps were taken.
 */
export function descend(placement: Placement, { random, limit }: DescentOptions): number {
  const { hostCount } = placement.problem;
  const meter = new Meter(limit);
  const leastGain = (LEAST_SHARE * Math.abs(placement.cost())) / hostCount;
  const byHeat = Array.from({ length: hostCount }, (_, host) => host);
  const heat = new Float64Array(hostCount);
  /** Hosts off which there was no step: they are not looked at again before all others were. */
  const done = new Uint8Array(hostCount);
  const few = hostCount <= FEW;
  // The order is good enough for a while: sorting again after each step would take longer than the steps.
  const perSort = few ? 1 : Math.ceil(hostCount / 16);
  let [steps, sinceReset] = [0, 0];
  while (meter.goesOn(1)) {
    for (let host = 0; host < hostCount; host++) heat[host] = placement.heat(host);
    byHeat.sort((a, b) => (heat[b] ?? 0) - (heat[a] ?? 0));
    const next = byHeat.filter((host) => done[host] === 0).slice(0, perSort);
    if (next.length === 0) {
      if (sinceReset === 0) break;
      done.fill(0);
      sinceReset = 0;
      continue;
    }
    for (const host of next) {
      const others = Array.from({ length: few ? 0 : OTHERS }, () => random.below(hostCount));
      if (bestStep(placement, host, few ? byHeat : [...byHeat.slice(-COLDEST), ...others], leastGain)) {
        steps++;
        sinceReset++;
      } else done[host] = 1;
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
