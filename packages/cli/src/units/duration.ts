import { UsageError } from '../errors.ts';

const unitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** The longest that a timer of Node waits: 2^31 - 1 ms, a little less than 25 days. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** `300ms`, `2s`, `1.5m`, `1h` in milliseconds. */
export function parseDurationMs(text: string, option: string, maxMs = TIMER_MAX_MS): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const value = match ? Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs] : 0;
  if (value > maxMs)
    throw new UsageError(`bad time ${text} for ${option}: expected at most ${formatDuration(maxMs)}`);
  if (value > 0) return value;
  throw new UsageError(
    `bad time ${text} for ${option}: expected a number above zero with ms, s, m or h, for example 300ms`,
  );
}

/** For people: `74 ms`, `1.5 s`, `12 min 3 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  const wholeMs = Math.round(ms);
  if (wholeMs < 1000) return `${wholeMs} ms`;
  if (wholeMs < 9950) return `${(wholeMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(wholeMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
