import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface HbalRun {
  readonly scoreBefore: number;
  readonly scoreAfter: number;
  readonly moves: number;
  readonly tookMs: number;
  /** Whether it came to its own end. */
  readonly ended: boolean;
}

/** Runs Ganeti's hbal on a cluster in its text format, for so long at most. */
export function hbal(text: string, options: readonly string[], atMostS: number): HbalRun {
  const directory = mkdtempSync(join(tmpdir(), 'hbal-'));
  try {
    const file = join(directory, 'cluster');
    writeFileSync(file, text);
    const began = performance.now();
    const run = spawnSync('hbal', ['-t', file, ...options], {
      encoding: 'utf8',
      timeout: atMostS * 1000,
      maxBuffer: 1 << 26,
    });
    const tookMs = performance.now() - began;
    if (run.error && !('code' in run.error && run.error.code === 'ETIMEDOUT'))
      throw new Error(`hbal does not run: install Debian's ganeti-htools (${run.error.message})`);
    const before = /Initial score: ([\d.]+)/.exec(run.stdout);
    const steps = [...run.stdout.matchAll(/^ *\d+\. \S+ .*?([\d.]+) a=/gm)];
    if (!before && run.error === undefined) throw new Error(`hbal said: ${run.stdout}${run.stderr}`);
    const scoreBefore = Number(before?.[1] ?? Number.NaN);
    const last = steps.at(-1)?.[1];
    const scoreAfter = last === undefined ? scoreBefore : Number(last);
    return { scoreBefore, scoreAfter, moves: steps.length, tookMs, ended: run.error === undefined };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What hbal thinks of a placement. */
export function hbalScore(text: string): number {
  return hbal(text, ['-l', '0'], 60).scoreBefore;
}
