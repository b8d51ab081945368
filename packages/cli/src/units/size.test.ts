import { expect, test } from 'vitest';
import { parseSizeMiB } from './size.ts';
import { formatVersion } from './version.ts';

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

test.each([
  [9_000_000, '9.0.0'],
  [7_002_022, '7.2.22'],
  [11_003_000, '11.3.0'],
])('%i is version %s', (version, text) => {
  expect(formatVersion(version)).toBe(text);
});
