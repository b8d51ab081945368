import { UsageError } from '../errors.ts';

/** Bytes per second in one of each unit: KiB and its kin are powers of 1024, kB and kbit of 1000. */
const bytesPerS: Readonly<Record<string, number>> = {
  'kib/s': 1024,
  'mib/s': 1024 ** 2,
  'gib/s': 1024 ** 3,
  'kb/s': 1e3,
  'mb/s': 1e6,
  'gb/s': 1e9,
  'kbit/s': 1e3 / 8,
  'mbit/s': 1e6 / 8,
  'gbit/s': 1e9 / 8,
};

/** libvirt counts in MiB/s, and QEMU in bytes in 63 bits. */
const MAX_BYTES_PER_S = 2 ** 62;

/** `500MiB/s`, `100MB/s`, `800Mbit/s` or `800Mbit` in bytes per second. */
export function parseRateBytesPerS(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)(?:\/s)?$/i.exec(text.trim());
  const unit = match?.[2]?.toLowerCase() ?? '';
  // Only bits are usual without "/s"; "500MiB" alone is an amount, not a rate.
  const spelled = /\/s$/.test(text.trim()) || unit.endsWith('bit');
  const value = match && spelled ? Number(match[1]) * (bytesPerS[`${unit}/s`] ?? 0) : 0;
  // Read as bytes where bits were meant, a limit would be eight times too high.
  if (value > 0 && /[kmg]b\/s$/i.test(text.trim()) && text.includes('b'))
    throw new UsageError(`bad rate ${text} for ${option}: write MB/s for bytes or Mbit/s for bits`);
  if (value > MAX_BYTES_PER_S)
    throw new UsageError(`bad rate ${text} for ${option}: expected at most ${formatRate(MAX_BYTES_PER_S)}`);
  if (value > 0) return value;
  throw new UsageError(
    `bad rate ${text} for ${option}: expected a number above zero with KiB/s, MiB/s, GiB/s, kbit, Mbit or Gbit, for example 500MiB/s`,
  );
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** For people: `512 MiB`, `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  // What would be written as 1024 belongs to the next unit.
  while (Math.round(value) >= 1024 && step < steps.length - 1) {
    value /= 1024;
    step++;
  }
  const digits = value < 9.95 && step > 0 && !Number.isInteger(value) ? 1 : 0;
  return `${value.toFixed(digits)} ${steps[step]}`;
}
