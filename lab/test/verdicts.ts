import { appendFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CheckReport } from '@virt-ferry/engine';
import { expect } from 'vitest';

/** What Ferry said of a move before it, and what came of it: a line each in the file that FERRY_VERDICTS names. */

export interface Verdict {
  /** The test, as its file and its name say what was so. */
  readonly file: string;
  readonly condition: string;
  /** Who moved: virsh, which nobody checked, or Ferry, after its check. */
  readonly by: 'virsh' | 'ferry';
  readonly verdict: CheckReport['verdict'];
  /** Ids of what stands in the way. */
  readonly blockers: readonly string[];
  readonly moved: boolean;
  /** What was said where it did not move. */
  readonly said: string;
  /** Why Ferry refuses what virsh does. */
  readonly stricter: string;
}

const path = process.env.FERRY_VERDICTS;

export async function noteVerdict(
  { verdict, findings }: CheckReport,
  came: Pick<Verdict, 'by' | 'moved' | 'said' | 'stricter'>,
): Promise<void> {
  const { testPath = '', currentTestName: condition = '' } = expect.getState();
  if (path === undefined || !testPath.includes('/preflight/')) return;
  const blockers = findings.filter(({ severity }) => severity === 'blocker').map(({ id }) => id);
  const row: Verdict = { file: basename(testPath, '.lab.ts'), condition, verdict, blockers, ...came };
  await appendFile(path, `${JSON.stringify(row)}\n`);
}
