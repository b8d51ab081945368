import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DirtyCurve, DirtySample } from '../model.ts';
import { dirtiedBytes, fitDirtyCurve, STILL } from './dirty-curve.ts';

const TOTAL = 512 * 1024 ** 2;
const MIB = 1024 ** 2;

function seen(curve: DirtyCurve, windowsS: readonly number[], pages = 400): DirtySample[] {
  return windowsS.map((windowS) => ({
    windowS,
    changedShare: dirtiedBytes(curve, windowS, TOTAL) / TOTAL,
    pages,
  }));
}

test('a guest that writes nothing has no curve', () => {
  expect(fitDirtyCurve([], TOTAL)).toEqual(STILL);
  expect(fitDirtyCurve(seen(STILL, [0.3, 1]), TOTAL)).toEqual(STILL);
});

test('what a guest was seen to write is foretold for times that nobody has looked at', () => {
  const size = fc.double({ min: 8 * MIB, max: 400 * MIB, noNaN: true });
  const curves = fc.record({
    hotBytes: size,
    hotS: fc.double({ min: 0.3, max: 3, noNaN: true }),
    shape: fc.constantFrom<DirtyCurve['shape']>('sweep', 'random'),
    coldBytesPerS: fc.double({ min: 0, max: 10 * MIB, noNaN: true }),
  });
  fc.assert(
    fc.property(curves, fc.double({ min: 0.2, max: 4, noNaN: true }), (curve, t) => {
      const fitted = fitDirtyCurve(seen(curve, [0.2, 0.5, 1, 2, 4]), TOTAL);
      const [truth, guess] = [dirtiedBytes(curve, t, TOTAL), dirtiedBytes(fitted, t, TOTAL)];
      expect(Math.abs(guess - truth)).toBeLessThan(0.15 * truth + 8 * MIB);
    }),
  );
});

test('a curve never falls, and never exceeds the memory', () => {
  const samples = fc.array(
    fc.record({
      windowS: fc.double({ min: 0.01, max: 10, noNaN: true }),
      changedShare: fc.double({ min: 0, max: 1, noNaN: true }),
      pages: fc.integer({ min: 1, max: 1000 }),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(samples, fc.array(fc.double({ min: 0, max: 1e4, noNaN: true })), (some, times) => {
      const curve = fitDirtyCurve(some, TOTAL);
      const values = times.toSorted((one, other) => one - other).map((t) => dirtiedBytes(curve, t, TOTAL));
      for (const [index, value] of values.entries()) {
        expect(value).toBeGreaterThanOrEqual(values[index - 1] ?? 0);
        expect(value).toBeLessThanOrEqual(TOTAL);
      }
    }),
  );
});
