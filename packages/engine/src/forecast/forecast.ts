import type { Policy } from '../control/policy.ts';
import type {
  Figures,
  Forecast,
  ForecastVerdict,
  Measured,
  MemoryProfile,
  PathCapacity,
  Quantiles,
} from '../model.ts';
import { calibrate } from './calibrate.ts';
import { normalDraws, quantile } from './chance.ts';
import { dirtiedBy, fitDirtyCurve } from './dirty-curve.ts';
import { type Imaginary, simulate, type Throttle } from './simulate.ts';

/** What a forecast is made from. */
export interface Prospect {
  readonly memory: MemoryProfile;
  readonly path: PathCapacity;
  readonly diskBytes: number;
  readonly policy: Omit<Policy, 'dirtied'>;
  /** How QEMU itself holds the guest back; `null`: it doesn't. */
  readonly throttle: Throttle | null;
  readonly deadlineMs: number | null;
  readonly overheads: Overheads;
  /** Moves of the past, of any hosts. */
  readonly past: readonly Measured[];
}

/** What a move takes besides copying. */
export interface Overheads {
  /** Looks, checks, the start of one QEMU and the end of another. */
  readonly fixedMs: number;
  /** Of the pause. */
  readonly switchoverMs: number;
}

/** Few enough to take some milliseconds, many enough for the 90th percentile. */
const DRAWS = 200;
const SEED = 0xfe44;

/**
 * Forecasts a move: its passes are gone through many times, each time with other values of what was measured, as far
 * apart as the measurement leaves open. The same question has the same answer.
 */
export function forecast(prospect: Prospect): Omit<Forecast, 'strategy'> {
  const normal = normalDraws(SEED);
  const likeliest = imagine(prospect, prospect);
  const moves = Array.from({ length: DRAWS }, () => {
    const { path, memory } = prospect;
    const another = anotherGuest(memory, normal);
    const bytesPerS = path.bytesPerS * Math.exp(path.spread * normal());
    return imagine({ ...prospect, memory: another, path: { ...path, bytesPerS } }, prospect);
  });
  const quantiles = (of: (move: Imaginary) => number): Quantiles => {
    const values = moves.map(of);
    return { p50: Math.round(quantile(values, 0.5)), p90: Math.round(quantile(values, 0.9)) };
  };
  const computed: Figures = {
    totalMs: quantiles((move) => move.totalMs),
    downtimeMs: quantiles((move) => move.downtimeMs),
    bytes: quantiles((move) => move.bytes),
  };
  const expected = calibrate(computed, prospect.past);
  return {
    ...expected,
    computed,
    verdict: verdictOf(likeliest, expected.totalMs, prospect),
    basis: { memory: prospect.memory, path: prospect.path, diskBytes: prospect.diskBytes },
  };
}

/** Goes through a move in thought, as it is likeliest to go. */
export function imagine(
  { memory, path, diskBytes, overheads }: Omit<Prospect, 'policy' | 'throttle'>,
  { policy, throttle }: Pick<Prospect, 'policy' | 'throttle'>,
): Imaginary {
  const dirtied = dirtiedBy(memory);
  return simulate({
    ...{ usedBytes: memory.usedBytes, bytesPerS: path.bytesPerS, dirtied, diskBytes, throttle },
    ...overheads,
    policy: { ...policy, dirtied },
  });
}

/** A guest of which the same could have been seen: shares of few pages are off by chance, all in the same direction. */
function anotherGuest(memory: MemoryProfile, normal: () => number): MemoryProfile {
  const off = normal();
  const samples = memory.samples.map((sample) => ({
    ...sample,
    changedShare: shifted(sample.changedShare, sample.pages, off),
  }));
  const pages = memory.samples[0]?.pages ?? 1;
  const usedShare = shifted(memory.usedBytes / memory.totalBytes, pages, normal());
  return {
    ...memory,
    samples,
    usedBytes: usedShare * memory.totalBytes,
    curve: samples.length === 0 ? memory.curve : fitDirtyCurve(samples, memory.totalBytes),
  };
}

function shifted(share: number, pages: number, deviations: number): number {
  const value = share + deviations * Math.sqrt((share * (1 - share)) / pages);
  return Math.min(Math.max(value, 0), 1);
}

function verdictOf(move: Imaginary, totalMs: Quantiles, { deadlineMs }: Prospect): ForecastVerdict {
  if (move.end === 'given-up') return { kind: 'never', downtimeMs: Math.round(move.downtimeMs) };
  if (deadlineMs !== null && totalMs.p50 > deadlineMs) return { kind: 'late', totalMs: totalMs.p50 };
  if (move.end === 'post-copy') return { kind: 'post-copy' };
  return move.share < 1 ? { kind: 'throttled', share: move.share } : { kind: 'converges' };
}
