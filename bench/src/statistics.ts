import { median } from '@virt-ferry/lab';

/** Median and range, for people: `12.3 (11.0–14.2)`. */
export function spread(values: readonly number[]): string {
  const digits = (value: number) => value.toFixed(value < 100 ? 1 : 0);
  return `${digits(median(values))} (${digits(Math.min(...values))}–${digits(Math.max(...values))})`;
}
