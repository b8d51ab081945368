import { expect, test } from 'vitest';
import type { DirtyCurve, Figures, Forecast, Measured, MemoryProfile } from '../model.ts';
import { calibrate } from './calibrate.ts';
import { dirtiedBytes } from './dirty-curve.ts';
import { forecast, type Prospect } from './forecast.ts';

const MIB = 1024 ** 2;
const TOTAL = 512 * MIB;

function profile(curve: DirtyCurve, usedBytes = 300 * MIB): MemoryProfile {
  const samples = [0.3, 1, 2, 4].map((windowS) => ({
    windowS,
    changedShare: dirtiedBytes(curve, windowS, TOTAL) / TOTAL,
    pages: 400,
  }));
  return {
    ...{ totalBytes: TOTAL, usedBytes, samples, curve },
    ...{ changedBytesAPage: 8, compressedShare: 0.5, cpuShare: 0.2 },
  };
}

const idle: DirtyCurve = { hotBytes: 0, hotS: 1, shape: 'random', coldBytesPerS: 0.5 * MIB };
const busy: DirtyCurve = { hotBytes: 200 * MIB, hotS: 1.33, shape: 'sweep', coldBytesPerS: 0 };

function prospect(curve: DirtyCurve, changed: Partial<Prospect> = {}): Prospect {
  return {
    memory: profile(curve),
    path: { bytesPerS: 100 * MIB, spread: 0.05, from: 'history' },
    ...{ diskBytes: 0, deadlineMs: null, past: [] },
    overheads: { fixedMs: 1000, switchoverMs: 50 },
    policy: {
      maxDowntimeMs: 300,
      firstDowntimeMs: 300,
      postCopy: false,
      minShare: 1,
      sendFactor: 1,
      resendFactor: 1,
      autoConverge: false,
      usedBytes: null,
    },
    throttle: null,
    ...changed,
  };
}

test('an idle guest takes what its memory takes on the wire', () => {
  const { totalMs, verdict, bytes } = forecast(prospect(idle));
  expect(verdict).toEqual({ kind: 'converges' });
  expect(totalMs.p50).toBeGreaterThan(3900);
  expect(totalMs.p50).toBeLessThan(4200);
  expect(totalMs.p90).toBeGreaterThan(totalMs.p50);
  expect(bytes.p50).toBeGreaterThan(290 * MIB);
});

test('disks come on top', () => {
  const [without, withDisk] = [prospect(idle), prospect(idle, { diskBytes: 1000 * MIB })].map(forecast);
  expect((withDisk?.totalMs.p50 ?? 0) - (without?.totalMs.p50 ?? 0)).toBeGreaterThan(9000);
});

test('a guest that writes faster than it is sent never gets done, and the pause that it would take is said', () => {
  const { verdict } = forecast(prospect(busy));
  if (verdict.kind !== 'never') throw new Error(verdict.kind);
  expect(verdict.downtimeMs).toBeGreaterThan(1900);
  expect(verdict.downtimeMs).toBeLessThan(2200);
});

test.each([
  ['a longer pause', { maxDowntimeMs: 3000, firstDowntimeMs: 300 }, 'converges'],
  ['post-copy', { postCopy: true }, 'post-copy'],
  ['a guest that is held back', { minShare: 0.01 }, 'throttled'],
] as const)('such a guest moves with %s', (_name, policy, kind) => {
  const asked = prospect(busy);
  expect(forecast({ ...asked, policy: { ...asked.policy, ...policy } }).verdict.kind).toBe(kind);
});

test('a deadline that is too short is said', () => {
  expect(forecast(prospect(idle, { deadlineMs: 2000 })).verdict).toMatchObject({ kind: 'late' });
});

test('the same question has the same answer', () => {
  expect(forecast(prospect(busy))).toEqual(forecast(prospect(busy)));
});

const figures: Figures = {
  totalMs: { p50: 1000, p90: 1100 },
  downtimeMs: { p50: 100, p90: 150 },
  bytes: { p50: 1e6, p90: 1.1e6 },
};

/** Moves that took so many times what was computed. */
function past(factors: readonly number[]): Measured[] {
  return factors.map((factor) => ({
    ...{ operationId: 'x', atMs: 0, trace: null },
    forecast: { ...figures, computed: figures } as Forecast,
    outcome: {
      ...{ operationId: 'x', result: 'migrated', reason: '', domain: { name: 'web', uuid: '' } },
      ...{ source: 'a', destination: 'b', method: 'pre-copy', blackoutMs: null, iterations: null },
      ...{ totalMs: 1000 * factor, downtimeMs: 100 * factor, bytesTransferred: 1e6 * factor },
    },
  }));
}

test('few moves correct nothing', () => {
  expect(calibrate(figures, past([2, 2]))).toEqual(figures);
});

test('what was always twice as much is expected to be so again', () => {
  expect(calibrate(figures, past(Array(20).fill(2))).totalMs.p50).toBe(2000);
});

test('nine of ten moves of the past would have stayed below the bound', () => {
  const factors = Array.from({ length: 50 }, (_, index) => 0.8 + index / 100);
  const { p90 } = calibrate(figures, past(factors)).totalMs;
  const below = factors.filter((factor) => 1000 * factor <= p90).length;
  expect(below / factors.length).toBeGreaterThanOrEqual(0.9);
  expect(below / factors.length).toBeLessThanOrEqual(0.96);
});
