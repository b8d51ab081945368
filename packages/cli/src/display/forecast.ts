import type {
  Accuracy,
  DirtyCurve,
  Figures,
  Forecast,
  PathCapacity,
  Quantiles,
  Strategy,
} from '@virt-ferry/engine';
import { formatDuration } from '../units/duration.ts';
import { formatBytes, formatRate } from '../units/rate.ts';
import { table } from './table.ts';

/** The forecast of a move that is about to begin, in one line. */
export function forecastSummary({ totalMs, downtimeMs, verdict, basis, strategy }: Forecast): string {
  if (verdict.kind === 'never') return 'forecast: the guest writes as fast as its memory is sent';
  const about = basis.path.from === 'guess' ? 'forecast, by a guess of the network' : 'forecast';
  const time = `${formatDuration(totalMs.p50)} (at most ${formatDuration(totalMs.p90)})`;
  const pause = `pause ${formatDuration(downtimeMs.p50)} (${formatDuration(downtimeMs.p90)})`;
  if (verdict.kind === 'late') return `${about}: ${time}: longer than the deadline, at which it is given up`;
  const plain = verdict.kind !== 'throttled' && strategy.differences === null;
  const idle = basis.path.idleLimitBytesPerS === undefined ? [] : [pathText(basis.path)];
  return [`${about}: ${time}, ${pause}`, ...(plain ? [] : strategy.reasons.slice(0, 1)), ...idle].join('; ');
}

/** What the user wanted, as far as the text says so. */
export interface ForecastWishes {
  readonly maxDowntimeMs: number | null;
  readonly deadlineMs: number | null;
  /** Also what was not chosen. */
  readonly explain?: boolean | undefined;
}

/** What a move is expected to cost, whether it comes to its end, and what that rests on. */
export function forecastLines(forecast: Forecast, wishes: ForecastWishes): string[] {
  const { memory, path, diskBytes } = forecast.basis;
  const lines = [verdictText(forecast, wishes)];
  if (forecast.verdict.kind !== 'never') {
    lines.push(
      `  time   ${quantilesText(forecast.totalMs, formatDuration)}`,
      `  pause  ${quantilesText(forecast.downtimeMs, formatDuration)}`,
      `  sent   ${quantilesText(forecast.bytes, formatBytes)}`,
    );
  }
  lines.push('how:', ...strategyLines(forecast.strategy, wishes.explain ?? false).map((line) => `  ${line}`));
  lines.push(
    'because:',
    `  ${formatBytes(memory.usedBytes)} of ${formatBytes(memory.totalBytes)} are in use`,
  );
  if (diskBytes > 0) lines.push(`  ${formatBytes(diskBytes)} of disks are not shared, and copied first`);
  lines.push(
    `  ${curveText(memory.curve)}${sparsenessText(memory.changedBytesAPage)}`,
    `  ${pathText(path)}`,
  );
  return lines;
}

function verdictText({ verdict }: Forecast, { maxDowntimeMs, deadlineMs }: ForecastWishes): string {
  switch (verdict.kind) {
    case 'converges':
      return 'it moves by itself: what remains gets small enough';
    case 'throttled':
      return `it moves once it is held to ${Math.round(100 * verdict.share)} % of its speed`;
    case 'post-copy':
      return 'it moves with post-copy alone: it writes as fast as its memory is sent';
    case 'never': {
      const accepted = maxDowntimeMs === null ? '' : `, and ${formatDuration(maxDowntimeMs)} are accepted`;
      const pause = formatDuration(verdict.downtimeMs);
      return `it does not get done: it writes as fast as its memory is sent; the pause would be ${pause}${accepted} (--max-downtime, or --method post-copy)`;
    }
    case 'late':
      return `it takes ${formatDuration(verdict.totalMs)}, longer than ${formatDuration(deadlineMs ?? 0)}`;
    default:
      return verdict satisfies never;
  }
}

/** How it is moved and why; with `explain` also what was thought of besides. */
export function strategyLines({ reasons, rejected, limits }: Strategy, explain: boolean): string[] {
  if (!explain) return [...reasons];
  const { firstMs, maxMs } = limits;
  const pause =
    firstMs < maxMs
      ? `a pause of ${formatDuration(firstMs)} is waited for while what remains shrinks, then up to ${formatDuration(maxMs)}`
      : `a pause of up to ${formatDuration(maxMs)} is accepted at once`;
  return [...reasons, pause, ...rejected.map(({ way, why }) => `not chosen: ${way}; ${why}`)];
}

function quantilesText({ p50, p90 }: Quantiles, format: (value: number) => string): string {
  return `${format(p50)}, in nine of ten cases at most ${format(p90)}`;
}

function curveText({ hotBytes, hotS, coldBytesPerS }: DirtyCurve): string {
  if (hotBytes === 0 && coldBytesPerS === 0) return 'it was not seen to write to its memory';
  const hot = `${formatBytes(hotBytes)} are written to again and again, at ${formatRate(hotBytes / hotS)}`;
  const cold = `${formatRate(coldBytesPerS)} are written to that were not before`;
  return [...(hotBytes > 0 ? [hot] : []), ...(coldBytesPerS > 0 ? [cold] : [])].join('; ');
}

function sparsenessText(changedBytesAPage: number | null): string {
  return changedBytesAPage === null
    ? ''
    : `; ${Math.round(changedBytesAPage)} bytes change in a page of 4096`;
}

const pathTexts: Readonly<Record<PathCapacity['from'], string>> = {
  history: 'as in the latest moves between these hosts',
  limit: 'as you have limited it',
  guess: 'a guess: nothing has been moved between these hosts yet, so times may be far off',
};

function pathText({ bytesPerS, from, idleLimitBytesPerS }: PathCapacity): string {
  const idle =
    idleLimitBytesPerS === undefined
      ? ''
      : `; your limit of ${formatRate(idleLimitBytesPerS)} is more than that, and limits nothing`;
  return `${formatRate(bytesPerS)} go between the hosts, ${pathTexts[from]}${idle}`;
}

/** How far off forecasts were. */
export function accuracyTable(accuracies: Readonly<Record<keyof Figures, Accuracy>>): string {
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const row = (name: string, { moves, medianError, withinP90 }: Accuracy) => [
    name,
    String(moves),
    medianError === null ? '-' : percent(medianError),
    moves === 0 ? '-' : `${withinP90} (${percent(withinP90 / moves)})`,
  ];
  const { totalMs, downtimeMs, bytes } = accuracies;
  return table(
    ['OF', 'MOVES', 'USUALLY OFF BY', 'BELOW THE BOUND FOR NINE OF TEN'],
    [row('time', totalMs), row('pause', downtimeMs), row('sent', bytes)],
  );
}
