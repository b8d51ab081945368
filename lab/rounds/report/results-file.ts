import { appendFile, readFile } from 'node:fs/promises';
import type { RoundResult } from '../result.ts';

/** Results are kept a line each, so that a run that is cut off leaves what it had. */
export async function appendResult(path: string, result: RoundResult): Promise<void> {
  await appendFile(path, `${JSON.stringify(result)}\n`);
}

/** We alone write these files. */
export async function readResults(path: string): Promise<RoundResult[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RoundResult);
}
