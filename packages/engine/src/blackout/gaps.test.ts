import { expect, test } from 'vitest';
import { longestGapMs } from './gaps.ts';

test.each([
  { name: 'no answers', at: [], expected: null },
  { name: 'one answer', at: [5], expected: null },
  { name: 'a steady pace is no gap', at: [0, 10, 20, 30], expected: 0 },
  { name: 'one silence, less the pace', at: [0, 10, 110, 120], expected: 90 },
  { name: 'the longest of two', at: [0, 50, 60, 260, 270], expected: 190 },
  { name: 'answers that come in a burst after it', at: [0, 10, 400, 400.1, 400.2], expected: 380 },
])('longest gap: $name', ({ at, expected }) => {
  expect(longestGapMs(at, 10)).toBe(expected);
});
