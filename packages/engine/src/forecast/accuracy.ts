import type { Figures, Measured } from '../model.ts';
import { pairOf } from './calibrate.ts';
import { quantile } from './chance.ts';

/** How far off forecasts of a figure were. */
export interface Accuracy {
  /** Moves of which it was foretold and is known. */
  readonly moves: number;
  /** The usual distance between what was foretold (its p50) and what came, of what came; `null` without any move. */
  readonly medianError: number | null;
  /** How many came at or below the p90 that was told; nine of ten should. */
  readonly withinP90: number;
}

/** How good the forecasts of past moves were, as they were told. Pure. */
export function accuracyOf(past: readonly Measured[]): Readonly<Record<keyof Figures, Accuracy>> {
  const of = (name: keyof Figures): Accuracy => {
    const pairs = past.flatMap(({ forecast, outcome }) => pairOf(name, forecast, outcome, (told) => told));
    const errors = pairs.map(({ foretold, actual }) => Math.abs(foretold.p50 - actual) / actual);
    return {
      moves: pairs.length,
      medianError: errors.length === 0 ? null : quantile(errors, 0.5),
      withinP90: pairs.filter(({ foretold, actual }) => actual <= foretold.p90).length,
    };
  };
  return { totalMs: of('totalMs'), downtimeMs: of('downtimeMs'), bytes: of('bytes') };
}
