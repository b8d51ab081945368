import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { formatBytes, formatRate, parseRateBytesPerS } from './rate.ts';

test.each([
  ['500MiB/s', 500 * 1024 ** 2],
  ['100MB/s', 100e6],
  ['64KiB/s', 65_536],
  ['1.5GiB/s', 1.5 * 1024 ** 3],
  ['800Mbit/s', 100e6],
  ['800Mbit', 100e6],
  ['10Gbit', 1.25e9],
  ['8kbit', 1000],
  ['500 mib/s', 500 * 1024 ** 2],
])('%s is %d bytes per second', (text, bytesPerS) => {
  expect(parseRateBytesPerS(text, '--bandwidth')).toBe(bytesPerS);
});

test.each([
  '',
  '500',
  '500MiB',
  '0MiB/s',
  '-1MiB/s',
  '1e9MiB/s',
  'MiB/s',
  '5 parsecs',
  '5MiB/m',
  '5constructor/s',
])('%j is refused, naming the option and what is expected', (text) => {
  expect(() => parseRateBytesPerS(text, '--bandwidth')).toThrow(UsageError);
  expect(() => parseRateBytesPerS(text, '--bandwidth')).toThrow(/for --bandwidth: expected .*MiB\/s/);
});

test.each(['100Mb/s', '1gb/s', '5kb/s'])('%s could be bits or bytes, and is refused', (text) => {
  expect(() => parseRateBytesPerS(text, '--bandwidth')).toThrow(/MB\/s for bytes or Mbit\/s for bits/);
});

test('more than libvirt can be told is refused', () => {
  expect(() => parseRateBytesPerS(`${'9'.repeat(30)}GiB/s`, '--bandwidth')).toThrow(/at most 4 EiB\/s/);
  expect(() => parseRateBytesPerS(`${'9'.repeat(400)}GiB/s`, '--bandwidth')).toThrow(/at most/);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [10.2 * 1024, '10 KiB'],
  [1024 ** 2 - 1, '1.0 MiB'],
  [512 * 1024 ** 2, '512 MiB'],
  [2 ** 62, '4 EiB'],
])('%d bytes are shown as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('what is shown reads back as what it was, as far as it was rounded', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1024, max: 1023 * 1024 ** 3 }), (bytesPerS) => {
      const back = parseRateBytesPerS(formatRate(bytesPerS), '--bandwidth');
      expect(Math.abs(back - bytesPerS) / bytesPerS).toBeLessThan(0.05);
    }),
  );
});
