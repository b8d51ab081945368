import { expect, test } from 'vitest';
import { formatVersion } from './version.ts';

test.each([
  [9_000_000, '9.0.0'],
  [7_002_022, '7.2.22'],
  [11_003_000, '11.3.0'],
])('%i is version %s', (version, text) => {
  expect(formatVersion(version)).toBe(text);
});
