import type { Operation } from '../journal/journal.ts';
import type { Ending } from '../migrate/operation.ts';
import { leaveBehind } from '../migrate/source-disks.ts';
import { directoryViewer } from '../storage/directory.ts';
import { account } from './account.ts';
import type { MoveRecord } from './record.ts';
import type { Scene } from './scene.ts';
import type { Done, Hold } from './step.ts';

/** How an operation ends, as far as it could be settled; sees to what the move itself would have seen to last. */
export async function endingOf(
  settled: Done | Hold,
  record: MoveRecord,
  operation: Pick<Operation, 'request'>,
  scene: Scene,
): Promise<Ending> {
  if (settled.name === 'hold') return { result: 'uncertain', reason: settled.reason, open: true };
  const debts = settled.debts.map((debt) => `still to do: ${debt}`);
  const open = debts.length > 0;
  if (settled.result === 'migrated') {
    // What was moved shut off runs nowhere.
    const { totals, wrong } = record.request.offline
      ? { totals: {}, wrong: [] }
      : await account(scene, record.wasPaused);
    const ending = { result: 'migrated', reason: [...debts, ...wrong].join('; '), ...totals, open } as const;
    // Where it must be recovered once more anyway, the disks are left for then.
    return open ? ending : leaveDisks(ending, record, operation, scene);
  }
  const { abort } = scene;
  if (!wasAborted(record, abort)) {
    return { result: 'rolled-back', reason: [settled.reason, ...debts].join('; '), open };
  }
  return { result: 'aborted', reason: [abort.reason, settled.reason, ...debts].join('; '), open };
}

async function leaveDisks(
  ending: Ending,
  { hosts }: MoveRecord,
  { request }: Pick<Operation, 'request'>,
  { domain, source, story, env }: Scene,
): Promise<Ending> {
  const reached = await source.reach().catch(() => null);
  const side = reached && { ...reached, view: directoryViewer(reached.connection, env) };
  const leaver = { request: { ...request, source: source.ref }, story, env, source: side };
  return leaveBehind(leaver, { hostUuid: hosts?.source ?? '', domainUuid: domain.uuid }, ending);
}

/** A deadline that passes after a move has failed by itself has aborted nothing. */
function wasAborted({ request, jobAborts }: MoveRecord, abort: Scene['abort']): boolean {
  return abort.requested && (request.drive === 'direct' || jobAborts > 0);
}
