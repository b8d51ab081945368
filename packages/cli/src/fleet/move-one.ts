import type { Outcome, OwnRun } from '@virt-ferry/engine';
import type { Ended, PlannedMove } from '@virt-ferry/fleet';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { parseMoveOptions } from '../commands/move-options.ts';
import type { Ground } from './ground.ts';
import { hostNamed } from './run-request.ts';

/** As `ferry migrate` does it without an option. */
const PLAIN = parseMoveOptions({
  ...{
    to: '',
    probe: 'none',
    method: 'pre-copy',
    commit: 'strict',
    copyStorage: 'auto',
    sourceDisks: 'keep',
  },
});

/**
 * Moves one domain of a run, once that is on disk. Preflight looks once more, at both hosts as they are by then. What a
 * crash keeps from being written is found by the operation later.
 */
export async function moveOne(
  { domain, from, to }: PlannedMove,
  own: OwnRun,
  { hosts, engine, env, abort }: Ground,
): Promise<Ended> {
  const of = await own.append({ kind: 'intent', domain, from, to });
  const ended = await move().catch((error: unknown) => ({
    result: 'failed' as const,
    reason: messageOf(error),
  }));
  await own.append({ kind: 'ended', of, ...ended }).catch(() => undefined);
  return ended;

  async function move() {
    const route = { domain, source: hostNamed(hosts, from), destination: hostNamed(hosts, to) };
    const moving = engine.migrate({ ...PLAIN, ...route }, env, abort);
    for (;;) {
      const step = await moving.next();
      if (step.done) return endedBy(step.value);
      if (step.value.type === 'started')
        await own.append({ kind: 'operation', of, operationId: step.value.operationId });
    }
  }
}

/** How a move of a run has ended, by what became of its operation. */
export function endedBy({ result, reason, operationId }: Outcome): {
  readonly result: 'moved' | 'failed' | 'uncertain';
  readonly reason: string;
} {
  if (result === 'migrated') return { result: 'moved', reason };
  if (result !== 'uncertain') return { result: 'failed', reason };
  return { result: 'uncertain', reason: `${reason}; see: ferry recover ${operationId}` };
}
