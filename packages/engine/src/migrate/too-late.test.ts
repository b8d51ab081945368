import { expect, test } from 'vitest';
import type { Forecast } from '../model.ts';
import { tooLate } from './too-late.ts';

/** Of a guest with so many megabytes in use, over 100 MB/s. */
const forecast = (usedMB: number, from: 'history' | 'guess' = 'history') =>
  ({
    totalMs: { p50: 12 * usedMB, p90: 15 * usedMB },
    basis: { memory: { usedBytes: 1e6 * usedMB }, path: { bytesPerS: 1e8, spread: 0.1, from }, diskBytes: 0 },
  }) as unknown as Forecast;

test.each([
  ['no deadline', forecast(1000), null],
  ['nothing is known of the guest', null, 10],
  ['a path that was never measured', forecast(1000, 'guess'), 10],
  ['it is enough', forecast(1000), 20_000],
  ['it may be enough: memory was only looked at here and there', forecast(1000), 6000],
] as const)('it is begun: %s', (_name, expected, deadlineMs) => {
  expect(tooLate(expected, deadlineMs)).toBeNull();
});

test('a deadline that the sending alone exceeds is told at once, with one that would do', () => {
  expect(tooLate(forecast(1000), 2000)).toBe(
    "within 2.0 s it can't be done: to send all of it once takes 10 s; expected are 12 s, so allow more (--deadline), or more of the link",
  );
});
