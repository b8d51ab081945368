import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { Finding } from '../model.ts';
import { attendanceOf, openOperationOf } from '../recover/attendance.ts';
import { findingsOf } from './check.ts';

const { blocker, pass } = findingsOf('operation');

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
    if (open === null) {
      return [
        pass({ id: 'none', message: `no other operation of ${name} is open`, evidence: 'the journal' }),
      ];
    }
    const { id, holding, source, destination } = open;
    const what = `from ${source} to ${destination}`;
    if (holding !== null && (await attendanceOf(open, env)) === 'running') {
      const evidence = `${what}, run by process ${holding.holder.pid} on ${holding.holder.machine}`;
      const message = `${name} is being moved by operation ${id}`;
      return [blocker({ id: 'running', message, evidence }, `follow it with: ferry watch ${id}`)];
    }
    const evidence = `${what}, and nobody runs it`;
    const message = `operation ${id} of ${name} was left open`;
    return [blocker({ id: 'left-open', message, evidence }, `ferry recover ${id}`)];
  } catch (error) {
    const message = 'the journal cannot be read, and nothing is moved without one';
    return [blocker({ id: 'journal', message, evidence: messageOf(error) }, 'mend it, or set FERRY_STATE')];
  }
}
