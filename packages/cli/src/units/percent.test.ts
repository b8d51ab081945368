import { expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { parsePercent } from './percent.ts';

test.each([
  ['30%', 0.3],
  ['0%', 0],
  ['100 %', 1],
  ['12.5%', 0.125],
])('%s', (text, share) => {
  expect(parsePercent(text, '--max-slowdown')).toBeCloseTo(share);
});

test.each(['30', '-1%', '101%', '%', 'a%', '1e1%'])('%s is refused, and what is expected said', (text) => {
  expect(() => parsePercent(text, '--max-slowdown')).toThrow(UsageError);
  expect(() => parsePercent(text, '--max-slowdown')).toThrow(/--max-slowdown .*30%/);
});
