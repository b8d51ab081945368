import { median } from '@virt-ferry/lab';
import { spread } from '../statistics.ts';
import type { Played } from './play.ts';
import { FERRY, isPostCopy } from './settings.ts';
import type { Result } from './ways.ts';

/** The medians of one setting. */
export interface Summary {
  readonly setting: string;
  readonly wallS: number;
  readonly stallMs: number;
  readonly downtimeMs: number;
  readonly mib: number;
  /** Of the work that it does undisturbed, what it lost while it moved, in seconds of work. */
  readonly lostS: number;
}

export function summariesOf({ played, bytesPerS }: Result): Summary[] {
  const settings = [...new Set(played.map(({ setting }) => setting))].sort(ferryFirst);
  return settings.map((setting) => {
    const of = (pick: (one: Played) => number) =>
      median(played.filter((one) => one.setting === setting).map(pick));
    return {
      setting,
      wallS: of(({ wallMs }) => wallMs) / 1000,
      stallMs: of(({ worstStallMs }) => worstStallMs),
      downtimeMs: of(({ downtimeMs }) => downtimeMs),
      mib: of(({ bytes }) => bytes) / 2 ** 20,
      lostS:
        bytesPerS === 0
          ? 0
          : of(({ countedMs, writtenBytes }) => countedMs / 1000 - writtenBytes / bytesPerS),
    };
  });
}

const ferryFirst = (one: string, other: string) =>
  one === FERRY ? -1 : other === FERRY ? 1 : one.localeCompare(other);

/** Markdown: a line a setting, and what Ferry is beside the best of the others. */
export function tableOf(result: Result): string {
  const { className, guest, floorMs, played, seed } = result;
  const rows = summariesOf(result);
  const walls = (setting: string) =>
    spread(played.filter((one) => one.setting === setting).map(({ wallMs }) => wallMs / 1000));
  const lines = rows.map(({ setting, stallMs, downtimeMs, mib, lostS }) => {
    const cells = [setting, walls(setting), stallMs, downtimeMs, mib, lostS.toFixed(1)];
    return `| ${cells.map((cell) => (typeof cell === 'number' ? Math.round(cell) : cell)).join(' | ')} |`;
  });
  const what = `${guest.loadMemoryMiB} MiB of ${guest.memoryMiB} at ${guest.memoryRateMBps} MB/s, ${guest.pattern}, ${guest.access}`;
  return [
    `### ${className}`,
    '',
    `${what}; floor ${(floorMs / 1000).toFixed(1)} s; seed ${seed}`,
    '',
    '| | wall, s: median (range) | worst stall, ms | QEMU’s downtime, ms | sent, MiB | work lost, s |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
    ...ratios(rows, floorMs),
    '',
  ].join('\n');
}

function ratios(rows: readonly Summary[], floorMs: number): string[] {
  const [ferry, ...others] = rows;
  if (ferry === undefined || others.length === 0) return [];
  const best = (among: readonly Summary[], of: (one: Summary) => number) =>
    among.reduce((one, other) => (of(other) < of(one) ? other : one));
  const line = (among: readonly Summary[], what: string, of: (one: Summary) => number) => {
    if (among.length === 0) return [];
    const rival = best(among, of);
    return [`${what}: ${(of(ferry) / of(rival)).toFixed(2)} × ${rival.setting}`];
  };
  const preCopy = others.filter(({ setting }) => !isPostCopy(setting));
  return [
    `Ferry: ${[
      ...line(preCopy, 'wall', ({ wallS }) => wallS),
      ...line(preCopy, 'worst stall', ({ stallMs }) => Math.max(stallMs, 1)),
      `wall: ${((1000 * ferry.wallS) / floorMs).toFixed(2)} × floor`,
    ].join('; ')}`,
  ];
}
