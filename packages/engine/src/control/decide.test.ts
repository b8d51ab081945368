import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { Pass, Policy, Situation } from './policy.ts';

const MIB = 1024 ** 2;

const policy: Policy = {
  maxDowntimeMs: 300,
  firstDowntimeMs: 50,
  postCopy: false,
  minShare: 1,
  autoConverge: false,
  sendFactor: 1,
  resendFactor: 1,
  usedBytes: null,
  dirtied: null,
};

/** A move over 100 MiB/s at the start of its latest pass; the passes are given by what they had to send, in MiB. */
function at(mib: readonly number[], changed: Partial<Situation> = {}): Situation {
  let startS = 0;
  const passes = mib.map((size, index): Pass => {
    const pass = { number: index + 1, startS, bytes: size * MIB, share: 1 };
    startS += size / 100;
    return pass;
  });
  const last = passes.pop();
  if (!last) throw new Error('a move has a pass');
  const whole = { bytesPerS: 100 * MIB, limitMs: 50, share: 1, postCopyStarted: false };
  return { passes: [...passes, last], ...whole, ...changed };
}

test.each([
  ['the first pass sends all', at([500]), {}, 'go-on'],
  ['what remains fits the limit', at([500, 4]), {}, 'go-on'],
  ['the pause is acceptable, and gets shorter', at([500, 60, 20]), {}, 'go-on'],
  ['the pause is acceptable, and stays', at([500, 25, 24]), {}, 'limit-downtime'],
  ['the limit is as high as it may be', at([500, 25, 24], { limitMs: 300 }), {}, 'go-on'],
  ['too much remains, and shrinks quickly', at([500, 200, 80]), {}, 'go-on'],
  ['too much remains, and post-copy is allowed', at([500, 200, 200]), { postCopy: true }, 'start-post-copy'],
  ['post-copy has begun', at([500, 200, 200], { postCopyStarted: true }), { postCopy: true }, 'go-on'],
  ['too much remains, and the guest may be held back', at([500, 200, 200]), { minShare: 0.02 }, 'throttle'],
  ['too much remains, and nothing is allowed: it waits', at([500, 200, 200]), {}, 'go-on'],
  [
    'too much remains, and QEMU holds the guest back',
    at([500, 200, 200, 210, 205, 220, 210, 230]),
    { autoConverge: true },
    'go-on',
  ],
  ['it has waited in vain', at([500, 200, 200, 210, 205, 220, 210, 230]), {}, 'give-up'],
] as const)('%s', (_name, situation, allowed, name) => {
  expect(decide(situation, { ...policy, ...allowed })).toMatchObject({
    name,
    reason: expect.stringMatching(/./),
  });
});

test('post-copy that is allowed begins at once where a first pass would leave most of what it sends', () => {
  const fast = (seconds: number) => Math.min(150 * seconds, 200) * MIB;
  const known = { ...policy, postCopy: true, dirtied: fast };
  // Of 500 MiB, 240 hold anything.
  expect(decide(at([500]), { ...known, usedBytes: 240 * MIB })).toMatchObject({ name: 'start-post-copy' });
  expect(decide(at([500]), { ...known, usedBytes: 500 * MIB })).toMatchObject({ name: 'go-on' });
  expect(decide(at([500]), { ...known, usedBytes: 240 * MIB, postCopy: false })).toMatchObject({
    name: 'go-on',
  });
  expect(decide(at([500]), { ...known, usedBytes: 240 * MIB, dirtied: null })).toMatchObject({
    name: 'go-on',
  });
});

test('the limit is raised to what remains takes, and no further than is accepted', () => {
  const raised = decide(at([500, 25, 25]), policy);
  expect(raised).toMatchObject({ name: 'limit-downtime' });
  expect(raised.name === 'limit-downtime' && raised.limitMs).toBeGreaterThan(250);
  expect(raised.name === 'limit-downtime' && raised.limitMs).toBeLessThanOrEqual(300);
});

test.each([
  // 200 MiB in 2 s at full speed; 80 MiB are to be left.
  ['what remains shrinks quickly', at([500, 200, 200]), 300, 0.35, 0.4],
  // 400 MiB in 4 s, and 195 MiB fit half of what is accepted.
  ['what remains fits half of what is accepted', at([500, 400, 400]), 3900, 0.41, 0.4875],
] as const)('a guest is held back only so far that %s', (_name, situation, maxDowntimeMs, least, most) => {
  const action = decide(situation, { ...policy, minShare: 0.001, maxDowntimeMs });
  if (action.name !== 'throttle') throw new Error(action.name);
  expect(action.share).toBeGreaterThan(least);
  expect(action.share).toBeLessThanOrEqual(most);
});

test('with a measured curve nothing needs to be seen twice', () => {
  const dirtied = (seconds: number) => Math.min(150 * seconds, 200) * MIB;
  const action = decide(at([500, 200]), { ...policy, minShare: 0.001, dirtied });
  expect(action).toMatchObject({ name: 'throttle' });
});

test('whatever happens, no more is done than is allowed', () => {
  const sizes = fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 1, maxLength: 12 });
  const allowed = fc.record({
    maxDowntimeMs: fc.integer({ min: 1, max: 5000 }),
    postCopy: fc.boolean(),
    minShare: fc.constantFrom(1, 0.5, 0.01),
  });
  fc.assert(
    fc.property(sizes, allowed, fc.integer({ min: 1, max: 5000 }), (mib, wishes, limitMs) => {
      const action = decide(at(mib, { limitMs }), { ...policy, ...wishes });
      if (action.name === 'start-post-copy') expect(wishes.postCopy).toBe(true);
      if (action.name === 'throttle') expect(action.share).toBeGreaterThanOrEqual(wishes.minShare);
      if (action.name === 'throttle') expect(action.share).toBeLessThan(1);
      if (action.name === 'limit-downtime') expect(action.limitMs).toBeGreaterThan(limitMs);
      if (action.name === 'limit-downtime') expect(action.limitMs).toBeLessThanOrEqual(wishes.maxDowntimeMs);
    }),
  );
});

test('a curve that the passes belie does not keep it waiting', () => {
  // Measured at a quiet moment: 25 MiB, again and again.
  const quiet = { ...policy, dirtied: () => 25 * MIB };
  expect(decide(at([500, 200, 200]), { ...quiet, minShare: 0.01 })).toMatchObject({ name: 'throttle' });
  const passes = [500, 200, 205, 196, 203, 199, 192, 201, 190];
  expect(decide(at(passes), quiet)).toMatchObject({ name: 'give-up' });
});
