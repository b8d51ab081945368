import type { Connection } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { lookUpOn, readContext } from '../migrate/subject.ts';
import type { MoveRequest } from '../model.ts';
import { checks } from '../preflight/preflight.ts';

/** Has a check mend its own finding, once, and returns what the repair says. */
export async function repairOnce(
  request: MoveRequest,
  id: string,
  [here, there]: readonly [Connection, Connection],
  env: Env,
): Promise<string> {
  const from = { ref: request.source, monitor: here };
  const to = { ref: request.destination, monitor: there };
  const context = await readContext(from, to, await lookUpOn(from, request.domain), request, env);
  for (const check of checks) {
    for (const finding of await check.run(context)) {
      const repair = finding.id === id ? check.repairs?.[id.slice(check.subject.length + 1)] : undefined;
      if (repair) return repair(context, finding);
    }
  }
  throw new Error(`no check finds ${id} and can mend it`);
}
