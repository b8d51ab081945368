import { expect, test } from 'vitest';
import type { Measured } from '../model.ts';
import { linkRates } from './link-rates.ts';

const MB = 1e6;
const move = (
  source: string,
  destination: string,
  bytesPerS: number | null,
  limitBytesPerS: number | null = null,
) =>
  ({
    outcome: { source, destination },
    trace: { passes: [], memoryMs: 0, diskMs: 0, bytesPerS, limitBytesPerS },
  }) as unknown as Measured;

test('a host has the usual rate of its best path, and both ways where only one is known', () => {
  const past = [
    move('alpha', 'beta', 100 * MB),
    move('alpha', 'beta', 120 * MB),
    move('alpha', 'beta', 110 * MB),
    move('alpha', 'gamma', 10 * MB),
    move('beta', 'alpha', 90 * MB),
  ];
  const rates = linkRates(past);
  const known = (out: number, into: number) => ({ outBytesPerS: out, inBytesPerS: into, from: 'history' });
  expect(['alpha', 'beta', 'gamma'].map(rates)).toEqual([
    known(110 * MB, 90 * MB),
    known(90 * MB, 110 * MB),
    known(10 * MB, 10 * MB),
  ]);
  expect(rates('delta')).toMatchObject({ outBytesPerS: 117 * MB, from: 'guess' });
});

test('moves that were held down, or too short to tell, show nothing', () => {
  const rates = linkRates([move('alpha', 'beta', 10 * MB, 10 * MB), move('beta', 'alpha', null)]);
  expect(['alpha', 'beta'].map((host) => rates(host).from)).toEqual(['guess', 'guess']);
});
