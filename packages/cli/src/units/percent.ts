import { UsageError } from '../errors.ts';

/** `30%` as 0.3. */
export function parsePercent(text: string, option: string): number {
  const [, number] = /^(\d+(?:\.\d+)?) ?%$/.exec(text.trim()) ?? [];
  const share = Number(number) / 100;
  if (share >= 0 && share <= 1) return share;
  throw new UsageError(`bad ${option} ${text}: expected per cent from 0% to 100%, for example 30%`);
}
