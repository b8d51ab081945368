import { fileURLToPath } from 'node:url';
import { tryRun } from '../../src/program.ts';
import type { Stage } from '../stage.ts';

const FERRY = fileURLToPath(new URL('../../../packages/cli/bin/ferry.js', import.meta.url));

/** What `ferry recover` made of an operation. */
export interface Recovered {
  /** From the start of the process to its end. */
  readonly ms: number;
  readonly exitCode: number;
  /** Its last line, which says how it ended. */
  readonly said: string;
}

/** Whether it said that somebody has to look and decide. */
export function isLeftOpen(recovered: Recovered | null): boolean {
  const said = recovered === null ? null : /^{.*}$/.exec(recovered.said);
  return said !== null && typeof JSON.parse(said[0]).look === 'string';
}

/** The command as a user types it. */
export async function recoverByCommand(
  stage: Stage,
  operationId: string,
  ...more: string[]
): Promise<Recovered> {
  const startMs = performance.now();
  const args = [FERRY, 'recover', operationId, '--json', ...more];
  const env = { ...process.env, FERRY_STATE: stage.state, FERRY_HOSTS: `${stage.state}/hosts.yaml` };
  const { stdout, stderr, exitCode } = await tryRun(process.execPath, args, { env, timeoutMs: 120_000 });
  const said = (stdout.trim() || stderr.trim()).split('\n').at(-1) ?? '';
  return { ms: Math.round(performance.now() - startMs), exitCode, said };
}
