import { param } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { progressOf, totalsOf } from './job-stats.ts';

const running = [
  param.ullong('time_elapsed', 1500n),
  param.ullong('memory_total', 536_870_912n),
  param.ullong('memory_processed', 300_000_000n),
  param.ullong('memory_remaining', 200_000_000n),
  param.ullong('memory_bps', 95_000_000n),
  param.ullong('memory_dirty_rate', 1000n),
  param.ullong('memory_page_size', 4096n),
  param.ullong('memory_iteration', 2n),
  param.ullong('downtime', 310n),
];

test('progress: dirty pages become bytes', () => {
  expect(progressOf(running)).toEqual({
    elapsedMs: 1500,
    iteration: 2,
    memoryTotalBytes: 536_870_912,
    memoryProcessedBytes: 300_000_000,
    memoryRemainingBytes: 200_000_000,
    rateBytesPerS: 95_000_000,
    dirtyRateBytesPerS: 4_096_000,
    expectedDowntimeMs: 310,
    throttlePercent: 0,
  });
});

test('what libvirt does not say is zero or unknown, never made up', () => {
  expect(progressOf([])).toMatchObject({ iteration: 0, memoryTotalBytes: 0, expectedDowntimeMs: null });
  expect(totalsOf([])).toEqual({ downtimeMs: null, bytesTransferred: null, iterations: null });
});

test('totals count memory and disks together where libvirt does', () => {
  const params = [
    param.ullong('data_processed', 7n),
    param.ullong('memory_processed', 5n),
    param.ullong('downtime', 12n),
  ];
  expect(totalsOf(params)).toEqual({ downtimeMs: 12, bytesTransferred: 7, iterations: null });
});
