import { UsageError } from '../errors.ts';

const unitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `300ms`, `2s`, `1.5m`, `1h` in milliseconds. */
export function parseDurationMs(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const value = match ? Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs] : 0;
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(
    `bad time ${text} for ${option}: expected a number above zero with ms, s, m or h, for example 300ms`,
  );
}

/** For people: `74 ms`, `1.5 s`, `12 min 3 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
