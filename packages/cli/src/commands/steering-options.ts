import type { Method, MoveRequest } from '@virt-ferry/engine';
import { parseDurationMs } from '../units/duration.ts';
import { parseMaxDowntimeMs } from '../units/max-downtime.ts';
import { parsePercent } from '../units/percent.ts';
import { parseRateBytesPerS } from '../units/rate.ts';

/** How the memory of a guest is moved that goes on writing to it. */
export interface SteeringOptions {
  readonly maxDowntime?: string;
  readonly bandwidth?: string;
  readonly deadline?: string;
  readonly maxSlowdown?: string;
  readonly method: Method;
  readonly allowPostCopy?: boolean;
  readonly allowCompression?: boolean;
  readonly explain?: boolean;
}

type Steering = Pick<
  MoveRequest,
  'maxDowntimeMs' | 'bandwidthBytesPerS' | 'deadlineMs' | 'leastShare' | 'method' | 'postCopy' | 'compression'
>;

/** Throws a UsageError where one of them can't be understood. */
export function parseSteering(options: SteeringOptions): Steering {
  const { maxDowntime, bandwidth, deadline, maxSlowdown, method, allowPostCopy } = options;
  return {
    maxDowntimeMs: maxDowntime === undefined ? null : parseMaxDowntimeMs(maxDowntime),
    bandwidthBytesPerS: bandwidth === undefined ? null : parseRateBytesPerS(bandwidth, '--bandwidth'),
    deadlineMs: deadline === undefined ? null : parseDurationMs(deadline, '--deadline'),
    ...(maxSlowdown === undefined ? {} : { leastShare: 1 - parsePercent(maxSlowdown, '--max-slowdown') }),
    // Post-copy that is only allowed begins when it is needed.
    ...(allowPostCopy && method === 'pre-copy'
      ? { method: 'post-copy', postCopy: 'when-needed' }
      : { method }),
    ...(options.allowCompression ? { compression: 'allowed' } : {}),
  };
}
