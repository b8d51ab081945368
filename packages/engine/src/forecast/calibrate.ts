import type { Figures, Forecast, Measured, Quantiles } from '../model.ts';
import { quantile } from './chance.ts';

/** Moves of the past that are needed before they correct anything. */
const ENOUGH = 5;

/** Moves that are taken into account: what lies longer back was another Ferry, or another network. */
export const CALIBRATED_BY = 200;

/**
 * Corrects what was computed by how far off it was in the past: the middle by the usual factor, and the bound so that
 * nine of ten past moves would have stayed below theirs, in units of the width that was computed for each (split
 * conformal prediction, normalised: Lei and others, "Distribution-free predictive inference for regression", 2018).
 */
export function calibrate(computed: Figures, past: readonly Measured[]): Figures {
  const corrected = (name: keyof Figures): Quantiles => {
    const pairs = past.flatMap(({ forecast, outcome }) => pairOf(name, forecast, outcome));
    return correct(computed[name], pairs);
  };
  return { totalMs: corrected('totalMs'), downtimeMs: corrected('downtimeMs'), bytes: corrected('bytes') };
}

/** What was foretold of a move, and what came. */
interface Pair {
  readonly foretold: Quantiles;
  readonly actual: number;
}

/** The pair of a move that ended as it was meant to, if both are known. */
export function pairOf(
  name: keyof Figures,
  forecast: Forecast | null,
  outcome: Measured['outcome'],
  of: (forecast: Forecast) => Figures = ({ computed }) => computed,
): Pair[] {
  const actual = { ...outcome, bytes: outcome.bytesTransferred }[name];
  if (forecast === null || outcome.result !== 'migrated' || actual === null || actual <= 0) return [];
  return [{ foretold: of(forecast)[name], actual }];
}

function correct(computed: Quantiles, pairs: readonly Pair[]): Quantiles {
  if (pairs.length < ENOUGH) return computed;
  const factor = Math.exp(quantile(pairs.map(offOf), 0.5));
  const scores = pairs.map((pair) => (offOf(pair) - Math.log(factor)) / widthOf(pair.foretold));
  // One more than all: a bound for the next move, of which nothing is known yet.
  const share = Math.min((0.9 * (scores.length + 1)) / scores.length, 1);
  const width = Math.max(quantile(scores, share), 0) * widthOf(computed);
  const p50 = Math.round(computed.p50 * factor);
  return { p50, p90: Math.round(p50 * Math.exp(width)) };
}

const offOf = ({ foretold, actual }: Pair) => Math.log(actual / Math.max(foretold.p50, 1));

/** A computed width is never nothing: then one that was off could not be told from one that wasn't. */
const widthOf = ({ p50, p90 }: Quantiles) => Math.max(Math.log(Math.max(p90, 1) / Math.max(p50, 1)), 0.02);
