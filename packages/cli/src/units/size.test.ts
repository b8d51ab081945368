import { expect, test } from 'vitest';
import { parseSizeMiB } from './size.ts';

test.each([
  ['512MiB', 512],
  ['2GiB', 2048],
  ['2gib', 2048],
])('%s is %i MiB', (text, mib) => {
  expect(parseSizeMiB(text, '--memory')).toBe(mib);
});

test.each(['', '512', '512MB', '0MiB', '1.5GiB', '-1MiB'])('%j is refused', (text) => {
  expect(() => parseSizeMiB(text, '--memory')).toThrow(/for --memory: expected .*MiB or GiB/);
});
