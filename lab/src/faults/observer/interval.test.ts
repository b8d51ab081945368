import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Interval, measure } from './interval.ts';

const ran = (pid: number, fromMs: number, toMs: number | null, unsureMs = 0): Interval => ({
  host: `h${pid}`,
  pid,
  fromMs,
  toMs,
  earliestFromMs: fromMs - unsureMs,
  latestToMs: toMs === null ? null : toMs + unsureMs,
});

describe('an observation from 0 to 100', () => {
  test.each([
    { of: 'nothing ran', intervals: [], two: 0, atMost: 0, none: 100 },
    { of: 'one ran all the time', intervals: [ran(1, -50, null)], two: 0, atMost: 0, none: 0 },
    { of: 'one ended', intervals: [ran(1, 0, 30)], two: 0, atMost: 0, none: 70 },
    { of: 'a move', intervals: [ran(1, 0, 40), ran(2, 45, null)], two: 0, atMost: 0, none: 5 },
    { of: 'edges that touch', intervals: [ran(1, 0, 40), ran(2, 40, null)], two: 0, atMost: 0, none: 0 },
    { of: 'both for a while', intervals: [ran(1, 0, 60), ran(2, 40, null)], two: 20, atMost: 20, none: 0 },
    { of: 'both to the end', intervals: [ran(2, 40, null), ran(1, 0, null)], two: 60, atMost: 60, none: 0 },
    { of: 'unsure edges', intervals: [ran(1, 0, 40, 6), ran(2, 45, null, 6)], two: 0, atMost: 7, none: 5 },
    { of: 'three', intervals: [ran(1, 0, 50), ran(2, 0, 50), ran(3, 0, 50)], two: 50, atMost: 50, none: 50 },
    {
      of: 'two times, apart',
      intervals: [ran(1, 0, null), ran(2, 10, 20), ran(2, 30, 35)],
      two: 15,
      atMost: 15,
      none: 0,
    },
    { of: 'itself twice is one', intervals: [ran(1, 0, 60), ran(1, 40, null)], two: 0, atMost: 0, none: 0 },
    { of: 'an empty one', intervals: [ran(1, 50, 50)], two: 0, atMost: 0, none: 100 },
    {
      of: 'the longer of two gaps',
      intervals: [ran(1, 0, 10), ran(2, 30, 50), ran(1, 55, 100)],
      two: 0,
      atMost: 0,
      none: 20,
    },
    {
      of: 'before and after it',
      intervals: [ran(1, -90, -10), ran(2, 120, null)],
      two: 0,
      atMost: 0,
      none: 100,
    },
  ])('$of', ({ intervals, two, atMost, none }) => {
    expect(measure(intervals, 0, 100)).toEqual({
      twoRunnersMs: two,
      twoRunnersAtMostMs: atMost,
      noneMs: none,
    });
  });
});

test('it agrees with counting each millisecond', () => {
  const interval = fc
    .record({
      pid: fc.integer({ min: 1, max: 3 }),
      from: fc.integer({ min: -10, max: 60 }),
      length: fc.option(fc.nat(40)),
      unsure: fc.nat(5),
    })
    .map(({ pid, from, length, unsure }) => ran(pid, from, length === null ? null : from + length, unsure));
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 8 }), (intervals) => {
      const at = (ms: number, from: (one: Interval) => number, to: (one: Interval) => number | null) =>
        new Set(intervals.filter((one) => from(one) <= ms && ms < (to(one) ?? 50)).map(({ pid }) => pid))
          .size;
      let [two, atMost, none, longest] = [0, 0, 0, 0];
      for (let ms = 0; ms < 50; ms++) {
        const proven = at(
          ms,
          (one) => one.fromMs,
          (one) => one.toMs,
        );
        const possible = at(
          ms,
          (one) => one.earliestFromMs,
          (one) => one.latestToMs,
        );
        if (proven >= 2) two++;
        if (possible >= 2) atMost++;
        none = proven === 0 ? none + 1 : 0;
        longest = Math.max(longest, none);
      }
      expect(measure(intervals, 0, 50)).toEqual({
        twoRunnersMs: two,
        twoRunnersAtMostMs: atMost,
        noneMs: longest,
      });
    }),
  );
});
