import { describe, expect, test } from 'vitest';
import { Timeline } from './timeline.ts';

const running = { status: 'running', running: true };
const paused = { status: 'paused', running: false };

const timeline = (steps: (one: Timeline) => void): Timeline => {
  const one = new Timeline('alpha', 7, 100);
  steps(one);
  return one;
};
const interval = (
  earliestFromMs: number,
  fromMs: number,
  toMs: number | null,
  latestToMs: number | null,
) => ({
  host: 'alpha',
  pid: 7,
  earliestFromMs,
  fromMs,
  toMs,
  latestToMs,
});

describe('edges', () => {
  test.each([
    { of: 'not yet asked', steps: () => undefined, intervals: [] },
    {
      of: 'an incoming guest begins when QEMU says so',
      steps: (one: Timeline) => {
        one.answered({ status: 'inmigrate', running: false }, 120);
        one.event('RESUME', 150.5);
      },
      intervals: [interval(150.5, 150.5, null, null)],
    },
    {
      of: 'one that ran before it was asked',
      steps: (one: Timeline) => {
        one.answered(running, 120);
        one.event('STOP', 150);
      },
      intervals: [interval(100, 120, 150, 150)],
    },
    {
      of: 'an end that QEMU dates before our first look',
      steps: (one: Timeline) => {
        one.answered(running, 120);
        one.event('STOP', 119.5);
      },
      intervals: [interval(100, 119.5, 119.5, 119.5)],
    },
    {
      of: 'killed: it ran when last seen, and not when found gone',
      steps: (one: Timeline) => {
        one.answered(running, 120);
        one.alive(200);
        one.gone(210);
      },
      intervals: [interval(100, 120, 200, 210)],
    },
    {
      of: 'ended by a signal: proven until SHUTDOWN only',
      steps: (one: Timeline) => {
        one.answered(running, 120);
        one.event('SHUTDOWN', 130);
        one.alive(140);
        one.gone(150);
      },
      intervals: [interval(100, 120, 130, 150)],
    },
    {
      of: 'a guest that shuts itself down is stopped',
      steps: (one: Timeline) => {
        one.answered(running, 120);
        one.event('SHUTDOWN', 130);
        one.event('STOP', 131);
        one.gone(150);
      },
      intervals: [interval(100, 120, 131, 131)],
    },
    {
      of: 'to and fro',
      steps: (one: Timeline) => {
        one.answered(paused, 110);
        one.event('RESUME', 120);
        one.event('STOP', 130);
        one.event('RESUME', 140);
      },
      intervals: [interval(120, 120, 130, 130), interval(140, 140, null, null)],
    },
  ])('$of', ({ steps, intervals }) => {
    const one = timeline(steps);
    expect(one.all()).toEqual(intervals);
    expect(one.problems).toEqual([]);
    expect(one.isRunning).toBe(intervals.some(({ toMs }) => toMs === null));
  });
});

describe('answers against events', () => {
  test('an answer that an event overtakes is no contradiction', () => {
    const one = timeline((it) => {
      it.answered(running, 110);
      it.answered(paused, 160);
      it.event('STOP', 159);
      it.answered(paused, 210);
    });
    expect(one.problems).toEqual([]);
    expect(one.all()).toEqual([interval(100, 110, 159, 159)]);
  });

  test('a STOP that never came is a problem, and the answer is believed', () => {
    const one = timeline((it) => {
      it.answered(running, 110);
      it.answered(running, 160);
      it.answered(paused, 210);
      it.answered(paused, 260);
      it.answered(paused, 310);
    });
    expect(one.problems).toEqual([
      'QEMU 7 on alpha says that it is paused, while its events told that it runs',
    ]);
    expect(one.all()).toEqual([interval(100, 110, 160, 260)]);
  });

  test('so is a RESUME', () => {
    const one = timeline((it) => {
      it.answered(paused, 110);
      it.answered(running, 160);
      it.answered(running, 210);
    });
    expect(one.problems).toHaveLength(1);
    expect(one.all()).toEqual([interval(110, 210, null, null)]);
  });

  test('events that cannot follow each other', () => {
    const one = timeline((it) => {
      it.answered(running, 110);
      it.event('RESUME', 120);
      it.event('STOP', 130);
      it.event('STOP', 140);
    });
    expect(one.problems).toEqual([
      'QEMU 7 on alpha told RESUME while it ran',
      'QEMU 7 on alpha told STOP while it did not run',
    ]);
  });
});
