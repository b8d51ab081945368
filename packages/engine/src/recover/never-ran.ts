import { giveBack, hasLetGo, unseenOwner, wentThere } from './give-back.ts';
import { finishSent, hasReached, type MoveRecord } from './record.ts';
import {
  conditionOf,
  isMovingAway,
  ShutoffReason,
  type Sighting,
  shutoffReason,
  standsForMigration,
} from './sighting.ts';
import { holdForOperator, holdUntilSeen, type Step, step } from './step.ts';

/** A job that is still there after so many was never performing. */
const JOB_ABORTS_MAX = 5;

/**
 * The destination can't have run the guest, and won't by itself. Where it has all of it, it may be started instead of
 * the source, as long as nothing was written down by which the source may have gone on since.
 */
export function neverRan(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  const here = conditionOf(source);
  const there = conditionOf(destination);
  if (isMovingAway(source) && mayBePerforming(record)) {
    return step('abort-job', 'the source is still sending, and nobody waits for it');
  }
  if (there === 'paused' || there === 'incoming') return withCopyThere(record, source, there);
  if (here === 'off' && there === 'unreachable' && finishSent(record)) {
    const reason = 'the source no longer has the guest, and the destination, which may, cannot be reached';
    return holdUntilSeen(reason, 'the destination: is it up?');
  }
  if (here === 'off' && there === 'off' && hasLetGo(record, source)) {
    return wentThere(record, source, destination);
  }
  return giveBack(record, source, destination);
}

/** Before and after Perform there is nothing to abort: libvirt takes the call, and the job stays for Confirm to end. */
function mayBePerforming({ reached, answers, jobAborts }: MoveRecord): boolean {
  return (
    reached === 'perform' &&
    (answers.perform === 'none' || answers.perform === 'lost') &&
    jobAborts < JOB_ABORTS_MAX
  );
}

function withCopyThere(record: MoveRecord, source: Sighting, there: 'paused' | 'incoming'): Step {
  const here = conditionOf(source);
  if (!hasReached(record, 'prepare')) {
    const look = 'the destination: who brings the guest there?';
    return holdForOperator('the destination has a copy of the guest that this move did not make', look);
  }
  if (here === 'off') return lostHere(record, source, there);
  const direct = record.request.drive === 'direct';
  const still = standsForMigration(source) || (record.wasPaused && here === 'paused');
  // A source that can't be seen could only go on by itself where its own libvirtd drives.
  const standsHere = still || (here === 'unreachable' && direct);
  // What was written down may still be on its way.
  const goesBack = record.givingBack || record.cancelling;
  if (there === 'paused' && finishSent(record) && standsHere && !goesBack) {
    return step('commit', 'the destination has all of the guest, and the source does not run it');
  }
  if (here === 'unreachable') return unseenOwner();
  return step('cancel-destination', 'the guest never ran there, and its copy there must be gone first');
}

/** The source's QEMU is gone: the copy on the destination is the last one, if it is whole and not of the past. */
function lostHere(record: MoveRecord, source: Sighting, there: 'paused' | 'incoming'): Step {
  const direct = record.request.drive === 'direct';
  if (there === 'incoming' && !direct) {
    return step('wait', "the source's own call to Finish, or its end, settles what waits on the destination");
  }
  // In post-copy libvirt lets a source go by itself when the last of its memory is sent.
  const sentAll = record.answers.perform === 'ok' || shutoffReason(source) === ShutoffReason.migrated;
  const whole = there === 'paused' ? finishSent(record) : sentAll;
  if (!whole) {
    return step('cancel-destination', 'the source lost the guest before the destination had all of it');
  }
  if (shutoffReason(source) === ShutoffReason.shutdown) {
    return step('cancel-destination', 'the guest went on at the source since, and ended there');
  }
  const wentOn = record.givingBack && !record.wasPaused;
  if (wentOn || (!direct && !hasLetGo(record, source))) {
    return holdForOperator(
      'the source has lost the guest, and whether it had gone on before is not known; the destination has it as it was at the switchover',
      "the source: did the guest go on there? See its QEMU's log, and what was written to its disks since",
    );
  }
  return there === 'paused'
    ? step('commit', 'the destination has all of the guest, and the source has lost it')
    : step('finish', 'the destination has all of the guest, and the source has lost it');
}
