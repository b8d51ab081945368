import { paramsByName, type TypedParam } from '@virt-ferry/libvirt';
import type { Progress } from '../model.ts';

const PAGE_BYTES = 4096;

/** Reads libvirt's job statistics (`VIR_DOMAIN_JOB_*` in libvirt-domain.h) of a running migration. */
export function progressOf(params: readonly TypedParam[]): Progress {
  const number = numbersIn(params);
  return {
    elapsedMs: number('time_elapsed') ?? 0,
    iteration: number('memory_iteration') ?? 0,
    memoryTotalBytes: number('memory_total') ?? 0,
    memoryProcessedBytes: number('memory_processed') ?? 0,
    memoryRemainingBytes: number('memory_remaining') ?? 0,
    rateBytesPerS: number('memory_bps') ?? 0,
    // libvirt counts dirty pages per second.
    dirtyRateBytesPerS: (number('memory_dirty_rate') ?? 0) * (number('memory_page_size') ?? PAGE_BYTES),
    expectedDowntimeMs: number('downtime') ?? null,
    throttlePercent: number('auto_converge_throttle') ?? 0,
  };
}

/** All that changes when something is copied, memory or disks: libvirt's figures but for times. */
export function countedIn(params: readonly TypedParam[]): string {
  return params
    .filter(({ field }) => /_(processed|remaining|iteration|requests)$/.test(field))
    .map(({ field, value }) => `${field}=${value}`)
    .join(' ');
}

/** What is known of a migration once it is over. */
export interface Totals {
  readonly downtimeMs: number | null;
  readonly bytesTransferred: number | null;
  readonly iterations: number | null;
}

/** Where libvirt tells nothing. */
export const NO_TOTALS: Totals = { downtimeMs: null, bytesTransferred: null, iterations: null };

export function totalsOf(params: readonly TypedParam[]): Totals {
  const number = numbersIn(params);
  return {
    downtimeMs: number('downtime') ?? null,
    bytesTransferred: number('data_processed') ?? number('memory_processed') ?? null,
    iterations: number('memory_iteration') ?? null,
  };
}

/** Sizes and times fit a JavaScript number: 2^53 bytes are 8 PiB. */
function numbersIn(params: readonly TypedParam[]): (field: string) => number | undefined {
  const byName = paramsByName(params);
  return (field) => {
    const value = byName.get(field);
    return value === undefined ? undefined : Number(value);
  };
}
