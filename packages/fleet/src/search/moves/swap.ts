import type { Proposer } from './proposer.ts';

const TRIES = 12;

/** Two domains change places. */
export const swap: Proposer = ({ trail, random, movable }) => {
  const { placement } = trail;
  const one = random.pick(movable) ?? 0;
  const oneHost = placement.hostOf[one] ?? 0;
  for (let i = 0; i < TRIES; i++) {
    const other = random.pick(movable) ?? 0;
    const otherHost = placement.hostOf[other] ?? 0;
    if (otherHost === oneHost) continue;
    if (!placement.fitsWithout(one, otherHost, other) || !placement.fitsWithout(other, oneHost, one))
      continue;
    trail.lift(one);
    trail.lift(other);
    if (placement.priceOf(one, otherHost) < Number.POSITIVE_INFINITY) {
      trail.put(one, otherHost);
      if (placement.priceOf(other, oneHost) < Number.POSITIVE_INFINITY) {
        trail.put(other, oneHost);
        return true;
      }
    }
    trail.undo();
    return false;
  }
  return false;
};
