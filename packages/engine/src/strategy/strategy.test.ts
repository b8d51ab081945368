import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dirtiedBytes } from '../forecast/dirty-curve.ts';
import type { DirtyCurve, MemoryProfile } from '../model.ts';
import { compressedFactor, compressionOf } from './compression.ts';
import { cacheFor, differencesFactor } from './differences.ts';
import { autoConvergeAt, leastShareOf, shareUnder, slicesFor } from './hold-back.ts';
import type { Means } from './means.ts';
import { blindStrategy, chooseStrategy, type Outlook } from './strategy.ts';

const MIB = 1024 ** 2;
const TOTAL = 512 * MIB;

const idle: DirtyCurve = { hotBytes: 0, hotS: 1, shape: 'random', coldBytesPerS: 0.2 * MIB };
const busy: DirtyCurve = { hotBytes: 200 * MIB, hotS: 1.33, shape: 'sweep', coldBytesPerS: 0 };

function outlook(curve: DirtyCurve, changedBytesAPage: number, cpuShare = 0.5): Outlook {
  const samples = [0.25].map((windowS) => ({
    ...{ windowS, pages: 128, changedShare: dirtiedBytes(curve, windowS, TOTAL) / TOTAL },
  }));
  const memory: MemoryProfile = {
    ...{ totalBytes: TOTAL, usedBytes: 300 * MIB, samples, curve },
    ...{ changedBytesAPage, compressedShare: 1, cpuShare },
  };
  return {
    ...{ memory, diskBytes: 0, deadlineMs: null, past: [] },
    path: { bytesPerS: 95 * MIB, spread: 0.04, from: 'history' },
    overheads: { fixedMs: 1000, switchoverMs: 20 },
  };
}

const means: Means = {
  ...{ maxDowntimeMs: 300, postCopy: false, slices: true, autoConverge: true, leastShare: 0 },
  ...{ cacheBytes: 8 * 1024 * MIB, compression: null, missesWrites: false, notes: [] },
};

test('a quiet guest is moved as it is, with something in reserve', () => {
  const strategy = chooseStrategy(outlook(idle, 8), means);
  expect(strategy).toMatchObject({ differences: null, holdBack: { kind: 'slices' } });
  expect(strategy.limits).toEqual({ maxMs: 300, firstMs: 300 });
  expect(strategy.reasons).toHaveLength(1);
});

test('sparse writes are sent as differences, out of a cache that holds them', () => {
  const { differences, limits, rejected } = chooseStrategy(outlook(busy, 8), means);
  expect(differences?.cacheBytes).toBe(512 * MIB);
  expect(limits.firstMs).toBe(300);
  expect(rejected.map(({ why }) => why)).toContain('it would not get done');
});

test.each([
  ['in thin slices, where its host can', {}, 'slices'],
  ['by QEMU, where Ferry can not', { slices: false }, 'auto-converge'],
])('whole pages: it is held back %s', (_name, changed, kind) => {
  const { differences, holdBack, limits } = chooseStrategy(outlook(busy, 4096), { ...means, ...changed });
  expect(differences).toBeNull();
  expect(holdBack.kind).toBe(kind);
  // QEMU takes eight passes from its usual 20 % to here.
  if (holdBack.kind === 'auto-converge') expect(holdBack.initialPercent).toBeGreaterThan(85);
  expect(limits.firstMs).toBe(30);
});

test('where writes may be missed it is left to QEMU, and no short pause is waited for', () => {
  const strategy = chooseStrategy(outlook(busy, 4096), { ...means, slices: false, missesWrites: true });
  expect(strategy.holdBack).toEqual({ kind: 'auto-converge', initialPercent: 20, incrementPercent: 10 });
  expect(strategy.limits).toEqual({ maxMs: 300, firstMs: 300 });
});

test('a guest that may not be held back so far is tried all the same, and that is said', () => {
  const { reasons, holdBack } = chooseStrategy(outlook(busy, 4096), {
    ...means,
    autoConverge: false,
    leastShare: 0.7,
  });
  expect(holdBack.kind).toBe('slices');
  expect(reasons[0]).toContain('even held to 70 %');
});

test('without room for the cache there are no differences', () => {
  expect(chooseStrategy(outlook(busy, 8), { ...means, cacheBytes: 100 * MIB }).differences).toBeNull();
});

test('a large guest whose memory shrinks well is compressed, where both hosts can', () => {
  const plain = outlook(idle, 8);
  const memory = { ...plain.memory, usedBytes: 400 * MIB, compressedShare: 0.3 };
  const able = { ...means, compression: { connections: 2 } };
  const { compression, differences, limits } = chooseStrategy({ ...plain, memory }, able);
  expect({ compression, differences }).toEqual({ compression: { connections: 2 }, differences: null });
  expect(limits.firstMs).toBe(300);
  const small = { ...memory, usedBytes: 200 * MIB };
  const dense = { ...memory, compressedShare: 0.9 };
  for (const other of [small, dense])
    expect(chooseStrategy({ ...plain, memory: other }, able).compression).toBeNull();
  expect(chooseStrategy({ ...plain, memory }, means).compression).toBeNull();
});

test('no more is promised of compression than the processors get through', () => {
  const { memory } = outlook(idle, 8);
  const shrinks = { ...memory, compressedShare: 0.1 };
  expect(compressedFactor(shrinks, 100e6, { connections: 2 })).toBe(0.2);
  expect(compressedFactor(shrinks, 1e9, { connections: 1 })).toBe(1);
});

test.each([
  ['both can', {}, {}, 4],
  ['few processors', { cpus: 2 }, {}, 1],
  ['an older libvirt', { libvirtVersion: 9_003_000 }, {}, null],
  ['an older QEMU', { hypervisorVersion: 8_002_000 }, {}, null],
  ['post-copy', {}, { method: 'post-copy' }, null],
  ['the user does not allow it', {}, { compression: undefined }, null],
] as const)('compression where %s', (_name, host, wanted, connections) => {
  const able = { libvirtVersion: 9_004_000, hypervisorVersion: 9_000_000, cpus: 16 };
  const can = compressionOf({ method: 'pre-copy', compression: 'allowed', ...wanted }, [
    able,
    { ...able, ...host },
  ]);
  expect(can).toEqual(connections === null ? null : { connections });
});

test('of a guest that could not be looked at nothing is claimed', () => {
  const strategy = blindStrategy({ ...means, slices: false });
  expect(strategy.holdBack).toEqual({ kind: 'auto-converge', initialPercent: 50, incrementPercent: 16 });
  expect(strategy.reasons[0]).toContain('nothing is known');
});

test('slices are what the kernel takes, and give the share that is meant', () => {
  const share = fc.double({ min: 0.001, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (wanted, cpuShare) => {
      const { quotaUs, periodUs } = slicesFor(wanted, cpuShare);
      expect(Number.isInteger(quotaUs) && Number.isInteger(periodUs)).toBe(true);
      expect(quotaUs).toBeGreaterThanOrEqual(1000);
      expect(periodUs).toBeGreaterThanOrEqual(1000);
      expect(periodUs).toBeLessThanOrEqual(100_000);
      const given = quotaUs / periodUs / cpuShare;
      if (wanted > leastShareOf({ kind: 'slices' }, cpuShare)) expect(given / wanted).toBeCloseTo(1, 1);
    }),
  );
});

test('auto-converge begins at the share that is meant', () => {
  const { initialPercent } = autoConvergeAt(0.04, 0.5) as { initialPercent: number };
  expect(shareUnder(initialPercent, 0.5)).toBeCloseTo(0.04, 2);
  expect(autoConvergeAt(0.0001, 0.5)).toMatchObject({ initialPercent: 99 });
});

test('a cache is a power of two, and no differences are promised where whole pages change', () => {
  const { memory } = outlook(busy, 4096);
  expect(Math.log2(cacheFor(memory)) % 1).toBe(0);
  expect(differencesFactor(memory, 1)).toBe(1);
  expect(differencesFactor({ ...memory, changedBytesAPage: null }, 1)).toBe(1);
});
