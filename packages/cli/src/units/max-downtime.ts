import { parseDurationMs } from './duration.ts';

/** QEMU takes no more: MAX_MIGRATE_DOWNTIME_SECONDS in migration/options.h. */
const MAX_MS = 2000 * 1000;

/** `--max-downtime` in whole milliseconds, rounded up. */
export function parseMaxDowntimeMs(text: string): number {
  return Math.ceil(parseDurationMs(text, '--max-downtime', MAX_MS));
}
