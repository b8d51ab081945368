import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { formatDuration, parseDurationMs } from './duration.ts';
import { parseMaxDowntimeMs } from './max-downtime.ts';

test.each([
  ['300ms', 300],
  ['2s', 2000],
  ['1.5m', 90_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  [' 5s ', 5000],
])('%s is %i ms', (text, ms) => {
  expect(parseDurationMs(text, '--deadline')).toBe(ms);
});

test.each(['', '300', 'ms', '300 ms', '-1s', '0s', '0.0ms', '1e3s', '5d', '5 parsecs', '10M', '1h30m', '∞s'])(
  '%j is refused, naming the option and what is expected',
  (text) => {
    expect(() => parseDurationMs(text, '--deadline')).toThrow(UsageError);
    expect(() => parseDurationMs(text, '--deadline')).toThrow(/for --deadline: expected .*ms, s, m or h/);
  },
);

test.each(['597h', '9999999999999h', `${'9'.repeat(400)}s`])('%s is beyond every timer', (text) => {
  expect(() => parseDurationMs(text, '--deadline')).toThrow(/at most 596 h 31 min/);
});

test('a downtime is in whole milliseconds, and no longer than QEMU takes', () => {
  expect(parseMaxDowntimeMs('0.5ms')).toBe(1);
  expect(parseMaxDowntimeMs('2000s')).toBe(2_000_000);
  expect(() => parseMaxDowntimeMs('2001s')).toThrow(/--max-downtime: expected at most 33 min 20 s/);
});

describe('for people', () => {
  test.each([
    [0, '0 ms'],
    [74.4, '74 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [1500, '1.5 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 min 0 s'],
    [723_000, '12 min 3 s'],
    [3_599_999, '1 h 0 min'],
    [7_500_000, '2 h 5 min'],
  ])('%d is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('what is shown in one unit reads back as what it was, as far as it was rounded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 59_000 }), (ms) => {
        const back = parseDurationMs(formatDuration(ms).replace(' ', ''), '--deadline');
        expect(Math.abs(back - ms)).toBeLessThanOrEqual(Math.max(0, ms * 0.051));
      }),
    );
  });
});
