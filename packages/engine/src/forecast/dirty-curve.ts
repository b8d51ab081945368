import type { DirtyCurve, DirtySample, MemoryProfile } from '../model.ts';

/** Bytes that the guest writes to at least once within `seconds`, at most `totalBytes`. */
export function dirtiedBytes(curve: DirtyCurve, seconds: number, totalBytes: number): number {
  const hot = curve.hotBytes * saturation(curve.shape, seconds / curve.hotS);
  return Math.min(hot + curve.coldBytesPerS * seconds, totalBytes);
}

/** What a guest writes to within a time at full speed: never more than is in use, since a pass sends no page twice. */
export function dirtiedBy({ curve, usedBytes }: MemoryProfile): (seconds: number) => number {
  return (seconds) => dirtiedBytes(curve, seconds, usedBytes);
}

function saturation(shape: DirtyCurve['shape'], x: number): number {
  return shape === 'sweep' ? Math.min(x, 1) : 1 - Math.exp(-x);
}

/**
 * The curve that comes nearest to what was seen, by least squares, each sample weighed by how many pages it is of. For
 * a shape and a time `hotS` the rest is linear in the two unknown sizes, neither of which is negative; shapes and times
 * are tried one by one. With fewer samples than unknowns the simplest that fits is taken: nothing cold, random writes.
 */
export function fitDirtyCurve(samples: readonly DirtySample[], totalBytes: number): DirtyCurve {
  const points = samples
    .filter(({ pages, windowS }) => pages > 0 && windowS > 0)
    .map(({ windowS, changedShare, pages }) => ({
      t: windowS,
      bytes: changedShare * totalBytes,
      // The inverse of the variance of a share of so many pages.
      weight: (pages + 1) / (smoothed(changedShare, pages) * (1 - smoothed(changedShare, pages))),
    }));
  if (points.every(({ bytes }) => bytes === 0)) return STILL;
  let best: { curve: DirtyCurve; error: number } | null = null;
  for (const shape of ['random', 'sweep'] as const) {
    for (const hotS of TIMES_S) {
      const fitted = fitSizes(points, (t) => saturation(shape, t / hotS));
      const error = fitted.error * (1 + PREFERENCE * Number(fitted.coldBytesPerS > 0));
      if (best && error >= best.error * (1 - PREFERENCE)) continue;
      const hotBytes = Math.min(fitted.hotBytes, totalBytes);
      best = { curve: { hotBytes, hotS, shape, coldBytesPerS: fitted.coldBytesPerS }, error };
    }
  }
  return best?.curve ?? STILL;
}

/** A guest that writes nothing. */
export const STILL: DirtyCurve = { hotBytes: 0, hotS: 1, shape: 'random', coldBytesPerS: 0 };

/** From 50 ms to more than two minutes, each a tenth longer than the one before. */
const TIMES_S = Array.from({ length: 84 }, (_, index) => 0.05 * 1.1 ** index);

/** How much better a less simple curve must fit. */
const PREFERENCE = 0.01;

interface Point {
  readonly t: number;
  readonly bytes: number;
  readonly weight: number;
}

/** Weighed least squares of `bytes = hot · s(t) + cold · t` with hot, cold ≥ 0: the best of both, one, the other. */
function fitSizes(points: readonly Point[], s: (t: number) => number) {
  const sum = (of: (point: Point) => number) =>
    points.reduce((total, point) => total + point.weight * of(point), 0);
  const [ss, st, tt] = [sum(({ t }) => s(t) ** 2), sum(({ t }) => s(t) * t), sum(({ t }) => t ** 2)];
  const [sb, tb] = [sum(({ t, bytes }) => s(t) * bytes), sum(({ t, bytes }) => t * bytes)];
  const determinant = ss * tt - st * st;
  const both =
    points.length > 2 && determinant > 1e-9 * ss * tt
      ? [[(sb * tt - tb * st) / determinant, (tb * ss - sb * st) / determinant] as const]
      : [];
  return [...both, [sb / ss, 0] as const, [0, tb / tt] as const]
    .filter(([hot, cold]) => hot >= 0 && cold >= 0)
    .map(([hotBytes, coldBytesPerS]) => ({
      hotBytes,
      coldBytesPerS,
      error: sum(({ t, bytes }) => (bytes - hotBytes * s(t) - coldBytesPerS * t) ** 2),
    }))
    .reduce((one, other) => (other.error < one.error ? other : one));
}

/** A share as it is estimated where none or all of few pages have changed (Agresti and Coull, 1998, with one more of each). */
function smoothed(share: number, pages: number): number {
  return (share * pages + 1) / (pages + 2);
}
