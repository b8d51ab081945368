import type { Proposer } from './proposer.ts';

const TRIES = 12;

/** One domain to another host where it fits. */
export const shift: Proposer = ({ trail, random, movable }) => {
  const { placement } = trail;
  const { hostCount } = placement.problem;
  const domain = random.pick(movable) ?? 0;
  const from = placement.hostOf[domain] ?? 0;
  for (let i = 0; i < TRIES; i++) {
    const host = random.below(hostCount);
    if (host === from || !placement.fits(domain, host)) continue;
    trail.lift(domain);
    if (placement.priceOf(domain, host) === Number.POSITIVE_INFINITY) {
      trail.undo();
      return false;
    }
    trail.put(domain, host);
    return true;
  }
  return false;
};
