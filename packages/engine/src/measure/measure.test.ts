import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Measured, Trace } from '../model.ts';
import { pathCapacity } from './path.ts';
import { pagesIn, ramAreas } from './ram-areas.ts';

const GIB = 1024 ** 3;

test.each([
  ['a small machine', 'x86_64', 'pc-q35-7.2', 1, [[0, 1]]],
  [
    'a large q35',
    'x86_64',
    'pc-q35-7.2',
    8,
    [
      [0, 2],
      [4, 6],
    ],
  ],
  [
    'a large i440fx',
    'x86_64',
    'pc-i440fx-7.2',
    8,
    [
      [0, 3],
      [4, 5],
    ],
  ],
  ['an Arm machine', 'aarch64', 'virt-7.2', 8, [[1, 8]]],
] as const)('where the memory of %s lies', (_name, arch, machine, gib, areas) => {
  expect(ramAreas({ arch, machine, memoryBytes: gib * GIB })).toEqual(
    areas.map(([start, size]) => ({ startByte: start * GIB, bytes: size * GIB })),
  );
});

test('pages are within memory, on page boundaries, and spread evenly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 20 * 1024 }), fc.integer({ min: 1, max: 300 }), (mib, count) => {
      const areas = ramAreas({ arch: 'x86_64', machine: 'pc-q35-7.2', memoryBytes: mib * 1024 ** 2 });
      const pages = pagesIn(areas, count, 4096).map(Number);
      for (const page of pages) {
        expect(page % 4096).toBe(0);
        expect(areas.some(({ startByte, bytes }) => page >= startByte && page < startByte + bytes)).toBe(
          true,
        );
      }
      const half = areas.reduce((sum, { bytes }) => sum + bytes, 0) / 2;
      const linear = pages.map((page) => (page >= 4 * GIB ? page - 2 * GIB : page));
      const lower = linear.filter((page) => page < half).length;
      expect(Math.abs(lower - count / 2)).toBeLessThanOrEqual(3);
    }),
  );
});

function moves(...rates: readonly Partial<Trace>[]): Measured[] {
  const trace = { passes: [], bytesPerS: null, memoryMs: 1000, diskMs: 0, limitBytesPerS: null };
  return rates.map((rate) => ({ trace: { ...trace, ...rate } }) as unknown as Measured);
}

test('a path is as fast as it was', () => {
  const past = moves({ bytesPerS: 9e7 }, { bytesPerS: 1e8 }, { bytesPerS: 1.1e8 });
  expect(pathCapacity(past, null)).toMatchObject({ bytesPerS: 1e8, from: 'history' });
  expect(pathCapacity(past, 5e7)).toMatchObject({ bytesPerS: 5e7, from: 'limit' });
  expect(pathCapacity(past, 5e9)).toMatchObject({
    bytesPerS: 1e8,
    from: 'history',
    idleLimitBytesPerS: 5e9,
  });
});

test('a move that was held down tells nothing of the path', () => {
  expect(pathCapacity(moves({ bytesPerS: 1e6, limitBytesPerS: 1e6 }), null).from).toBe('guess');
  expect(pathCapacity([], 1e6)).toMatchObject({ bytesPerS: 1e6, from: 'limit' });
});
