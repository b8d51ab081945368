import { giveBack, hasLetGo, LOOK_THERE, takenOver, unseenOwner, wentThere } from './give-back.ts';
import { finishSent, type MoveRecord, persistsThere } from './record.ts';
import { conditionOf, ShutoffReason, type Sighting, shutoffReason } from './sighting.ts';
import { holdForOperator, holdUntilSeen, type Step, step } from './step.ts';

/** A call was sent that would have started the guest there. */
export function mayHaveRun(record: MoveRecord): boolean {
  if (record.request.commit === 'strict') return false;
  return finishSent(record);
}

/** Without strict commit a lost answer to Finish says nothing: only the destination may know, and forgets when it is gone. */
export function afterFinish(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  switch (conditionOf(destination)) {
    case 'incoming':
      return waitsThere(record, source);
    case 'paused':
      // A Finish that failed would have ended it.
      return takenOver(record, source, destination, 'the guest is on the destination, paused');
    case 'off':
      return goneThere(record, source, destination);
    default:
      return holdUntilSeen(
        'the destination was told to start the guest and cannot be reached: it may run there',
        LOOK_THERE,
      );
  }
}

/** A Finish that was refused has ended, and nobody sends another: the copy is what it was before. */
function waitsThere(record: MoveRecord, source: Sighting): Step {
  // libvirt lets a source go when all of its memory was taken: a Finish that came would long have ended.
  if (record.waited && shutoffReason(source) === ShutoffReason.migrated) {
    return step('finish', 'the destination has all of the guest, and was never told to start it');
  }
  if (record.request.drive === 'p2p' || record.answers.finish !== 'refused') {
    return step('wait', 'the destination is still taking the guest over');
  }
  switch (conditionOf(source)) {
    case 'unreachable':
      return unseenOwner();
    case 'off':
      return step('finish', 'the destination has all of the guest, and the source has lost it');
    default:
      return step(
        'cancel-destination',
        'Finish was refused, and the source can go on when that copy is gone',
      );
  }
}

/**
 * Finish stores the definition on disk before it starts the guest: where there is none, it never did. A source that
 * drives by itself must have said that it failed: else its call to Finish may be yet to come.
 */
function neverStored(record: MoveRecord, there: Sighting): boolean {
  const nothingToCome = record.request.drive === 'direct' || record.answers.perform === 'refused';
  return persistsThere(record) && nothingToCome && record.definedThere === null && there.seen === 'absent';
}

function goneThere(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  const here = conditionOf(source);
  const why = shutoffReason(destination);
  if (hasLetGo(record, source)) {
    return wentThere(record, source, destination);
  }
  // In post-copy a Finish that started the guest can fail later.
  const { drive, method } = record.request;
  const refused = drive === 'direct' && method === 'pre-copy' && record.answers.finish === 'refused';
  const failed = why === ShutoffReason.failed || refused || neverStored(record, destination);
  if (failed || here === 'running') return giveBack(record, source, destination);
  if (why === ShutoffReason.shutdown) {
    const reason = 'the guest ran on the destination and shut itself down';
    return takenOver(record, source, destination, reason);
  }
  const disks = record.created.some(({ kind }) => kind === 'volume');
  if (here === 'off' && !disks) return giveBack(record, source, destination);
  return holdForOperator(
    disks
      ? 'whether the guest ran on the destination before it was gone is not known, and so which of its disks is the latest'
      : 'whether the guest ran on the destination before it was gone is not known',
    LOOK_THERE,
  );
}
