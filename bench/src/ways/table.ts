import { median } from '@virt-ferry/lab';
import { spread } from '../statistics.ts';
import type { Played } from './play.ts';
import { FERRY, isFerry, isPostCopy } from './settings.ts';
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

const rank = (setting: string) => (setting === FERRY ? 0 : isFerry(setting) ? 1 : 2);

const ferryFirst = (one: string, other: string) => rank(one) - rank(other) || one.localeCompare(other);

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

/** Each of Ferry's lines beside the best of virsh's that are allowed as much. */
function ratios(rows: readonly Summary[], floorMs: number): string[] {
  const rivals = rows.filter(({ setting }) => !isFerry(setting));
  return rows.filter(({ setting }) => isFerry(setting)).map((ferry) => ratiosOf(ferry, rivals, floorMs));
}

function ratiosOf(ferry: Summary, rivals: readonly Summary[], floorMs: number): string {
  const equals = rivals.filter(({ setting }) => isPostCopy(setting) === isPostCopy(ferry.setting));
  const line = (what: string, of: (one: Summary) => number) => {
    const [first, ...others] = equals;
    if (first === undefined) return [];
    const best = others.reduce((one, other) => (of(other) < of(one) ? other : one), first);
    return [`${what}: ${(of(ferry) / of(best)).toFixed(2)} × ${best.setting}`];
  };
  const figures = [
    ...line('wall', ({ wallS }) => wallS),
    ...line('worst stall', ({ stallMs }) => Math.max(stallMs, 1)),
    `wall: ${((1000 * ferry.wallS) / floorMs).toFixed(2)} × floor`,
  ];
  return `- ${ferry.setting}: ${figures.join('; ')}`;
}
