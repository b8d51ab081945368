import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { Finding } from '../model.ts';
import { attendanceOf, openOperationOf } from '../recover/attendance.ts';
import { findingsOf, type Texts } from './check.ts';

/** What can be found about other operations of the domain. */
export const operationTexts = {
  none: { severity: 'pass', message: 'no other operation of {domain} is open' },
  running: {
    severity: 'blocker',
    message: '{domain} is being moved by operation {id}',
    remedy: 'follow it with: ferry watch {id}',
  },
  'left-open': {
    severity: 'blocker',
    message: 'operation {id} of {domain} was left open',
    remedy: 'ferry recover {id}',
  },
  journal: {
    severity: 'blocker',
    message: 'the journal cannot be read, and nothing is moved without one',
    remedy: 'mend it, or set FERRY_STATE',
  },
} as const satisfies Texts;

const found = findingsOf('operation', operationTexts);

/**
 * Whether an operation of the domain is open, which a new move would be refused for. Not for a move itself, which has
 * opened its own.
 */
export async function operationFindings(
  { name, uuid }: { readonly name: string; readonly uuid: string },
  env: Env,
): Promise<Finding[]> {
  try {
    const open = await openOperationOf(uuid, env);
    if (open === null) return [found('none', { domain: name }, 'the journal')];
    const { id, holding, source, destination } = open;
    const what = `from ${source} to ${destination}`;
    if (holding !== null && (await attendanceOf(open, env)) === 'running') {
      const evidence = `${what}, run by process ${holding.holder.pid} on ${holding.holder.machine}`;
      return [found('running', { domain: name, id }, evidence)];
    }
    return [found('left-open', { domain: name, id }, `${what}, and nobody runs it`)];
  } catch (error) {
    return [found('journal', {}, messageOf(error))];
  }
}
