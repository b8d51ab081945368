import { expect, test } from 'vitest';
import { decideBalance } from './hysteresis.ts';

const policy = { threshold: 0.2, holdS: 60, coolDownS: 300 };
const looks = (...peaks: number[]) => peaks.map((peak, index) => ({ atS: index * 30, peak }));

test.each([
  ['even', looks(0.1, 0.1), null, 60, 'wait'],
  ['a short peak', looks(0.1, 0.3, 0.1), null, 90, 'wait'],
  ['not long enough', looks(0.1, 0.3, 0.3), null, 60, 'wait'],
  ['long enough', looks(0.3, 0.3, 0.3), null, 60, 'balance'],
  ['a break begins anew', looks(0.3, 0.1, 0.3, 0.3), null, 100, 'wait'],
  ['the last balance was just now', looks(0.3, 0.3, 0.3), -100, 60, 'wait'],
  ['the last balance was long ago', looks(0.3, 0.3, 0.3), -300, 60, 'balance'],
  ['no looks yet', [], null, 60, 'wait'],
] as const)('%s', (_, seen, lastEndS, nowS, action) => {
  expect(decideBalance(seen, lastEndS, nowS, policy).action).toBe(action);
});
