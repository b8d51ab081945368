import { migrated, rolledBack } from './clean-up.ts';
import { hasReached, type MoveRecord } from './record.ts';
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
const LOOK_THERE =
  "the destination: does the guest run, or did it ever? See its QEMU's log, and the guest's own";

/**
 * The next step for a guest whose memory is whole on at least one side. Three cases, by what the journal proves:
 *
 *   committed        the destination was started, or is being started       it owns the guest
 *   may have run     Finish was sent and would have started it               look at the destination
 *   never ran        its start was never written down                        the source owns it, unless rolling on is safe
 */
export function decidePreCopy(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  const here = conditionOf(source);
  const there = conditionOf(destination);
  if (here === 'running' && there === 'running') {
    return step(
      'suspend-source',
      'both hosts run the guest: the source is stopped, so that no more harm is done',
    );
  }
  if (record.request.drive === 'p2p' && isMovingAway(source) && there !== 'running') {
    return record.abortRequested
      ? step('abort-job', 'the move goes on without Ferry, and was asked to stop')
      : step('follow', 'the source drives the move, and goes on');
  }
  if (record.suspended && there === 'running' && !isCommitted(record)) {
    const reason = 'both hosts ran the guest until the source was stopped';
    return holdForOperator(
      reason,
      'which of the two copies is the right one, and what both wrote to shared disks',
    );
  }
  if (there === 'running') {
    if (hasReached(record, record.request.drive === 'p2p' ? 'perform' : 'finish')) {
      return takenOver(record, source, destination, 'the guest runs on the destination');
    }
    const reason = 'the destination runs the guest although it was never told to';
    return holdForOperator(reason, 'who started it there, and which of the two copies is the right one');
  }
  if (isCommitted(record)) return afterCommit(record, source, destination);
  return mayHaveRun(record)
    ? afterFinish(record, source, destination)
    : neverRan(record, source, destination);
}

/** The destination was started, by us or by a Finish that was answered. */
function isCommitted({ request, answers, reached }: MoveRecord): boolean {
  if (request.commit === 'strict') return reached === 'commit';
  return request.drive === 'p2p' ? answers.perform === 'ok' : answers.finish === 'ok';
}

/** A call was sent that would have started the guest there. */
function mayHaveRun(record: MoveRecord): boolean {
  if (record.request.commit === 'strict') return false;
  return hasReached(record, record.request.drive === 'p2p' ? 'perform' : 'finish');
}

function afterCommit(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  const here = conditionOf(source);
  switch (conditionOf(destination)) {
    case 'paused':
      if (record.request.commit === 'strict' && record.answers.commit !== 'ok' && !record.wasPaused) {
        return here === 'running'
          ? holdForOperator('the source runs a guest that was given to the destination', LOOK_THERE)
          : step('commit', 'the journal gave the guest to the destination, where it still stands paused');
      }
      return takenOver(
        record,
        source,
        destination,
        'the guest is on the destination, where it was paused since',
      );
    case 'off':
      if (shutoffReason(destination) === ShutoffReason.shutdown) {
        return takenOver(
          record,
          source,
          destination,
          'the guest ran on the destination and shut itself down',
        );
      }
      if (here === 'off') {
        return migrated(
          record,
          source,
          destination,
          'the guest was given to the destination and is off there',
        );
      }
      return holdForOperator(
        'the guest was given to the destination and is gone there; the source has it as it was at that moment',
        LOOK_THERE,
      );
    case 'unreachable':
      if (here === 'off') {
        const reason = 'the guest was given to the destination, which cannot be reached now';
        return migrated(record, source, destination, reason);
      }
      return holdUntilSeen('the guest was given to the destination, which cannot be reached', LOOK_THERE);
    default:
      return holdForOperator('the destination waits for a guest that it was given already', LOOK_THERE);
  }
}

/** Rows 9, 10, A1 and A2: without strict commit a lost answer to Finish says nothing. */
function afterFinish(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  const here = conditionOf(source);
  switch (conditionOf(destination)) {
    case 'incoming':
      return step('wait', 'the destination is still taking the guest over');
    case 'paused':
      // A Finish that failed would have ended it.
      return takenOver(record, source, destination, 'the guest is on the destination, paused');
    case 'off': {
      const failed =
        shutoffReason(destination) === ShutoffReason.failed || record.answers.finish === 'refused';
      if (failed || here === 'running') return giveBack(record, source, destination);
      if (shutoffReason(destination) === ShutoffReason.shutdown) {
        return takenOver(
          record,
          source,
          destination,
          'the guest ran on the destination and shut itself down',
        );
      }
      if (here === 'off') return giveBack(record, source, destination);
      return holdForOperator(
        'whether the guest ran on the destination before it was gone is not known',
        LOOK_THERE,
      );
    }
    default:
      return holdUntilSeen(
        'the destination was told to start the guest and cannot be reached: it may run there',
        LOOK_THERE,
      );
  }
}

/** Before and after Perform there is nothing to abort: libvirt takes the call, and the job stays for Confirm to end. */
function mayBePerforming({ reached, answers, jobAborts }: MoveRecord): boolean {
  return (
    reached === 'perform' &&
    (answers.perform === 'none' || answers.perform === 'lost') &&
    jobAborts < JOB_ABORTS_MAX
  );
}

/** The destination can't have run the guest, and won't by itself. */
function neverRan(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  const here = conditionOf(source);
  const there = conditionOf(destination);
  if (isMovingAway(source) && mayBePerforming(record)) {
    return step('abort-job', 'the source is still sending, and nobody waits for it');
  }
  const whole =
    there === 'paused' && hasReached(record, record.request.drive === 'p2p' ? 'perform' : 'finish');
  const sourceStill = here === 'off' || standsForMigration(source) || (record.wasPaused && here === 'paused');
  // A source that can't be seen could only run again by itself where its own libvirtd drives.
  const sourceCantRun = sourceStill || (here === 'unreachable' && record.request.drive === 'direct');
  if (whole && sourceCantRun) {
    return step('commit', 'the destination has all of the guest, and the source does not run it');
  }
  if (here === 'unreachable') return unseenOwner();
  if (here === 'off' && there === 'incoming' && record.answers.perform === 'ok') {
    return step('finish', 'the destination has all of the guest, and the source has lost it');
  }
  if (there === 'incoming' || there === 'paused') {
    return step('cancel-destination', 'the guest never ran there, and its copy there must be gone first');
  }
  if (here === 'off' && there === 'unreachable' && hasReached(record, 'finish')) {
    const reason = 'the source no longer has the guest, and the destination, which may, cannot be reached';
    return holdUntilSeen(reason, 'the destination: is it up?');
  }
  if (here === 'off' && there === 'unreachable' && record.request.drive === 'p2p') {
    const reason = 'the source has let the guest go, and the destination cannot be reached';
    return holdUntilSeen(reason, 'the destination: is it up?');
  }
  return giveBack(record, source, destination);
}

/** The destination owns the guest. */
function takenOver(record: MoveRecord, source: Sighting, destination: Sighting, reason: string): Step {
  if (conditionOf(source) === 'running') {
    const look = 'both: which of the two copies is the right one?';
    return holdForOperator('the source runs a guest that the destination has taken over', look);
  }
  return migrated(record, source, destination, reason);
}

/** The source owns the guest, and gets it back. */
function giveBack(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  if (conditionOf(source) === 'unreachable') return unseenOwner();
  if (conditionOf(source) === 'off') {
    const reason = 'the guest is shut off on the source, where its QEMU ended during the move';
    return rolledBack(record, source, destination, reason);
  }
  if (standsForMigration(source) && !(record.wasPaused && record.gaveBack)) {
    return step('resume-source', 'the guest never ran on the destination and stands still on the source');
  }
  return rolledBack(record, source, destination, 'the domain is safe on the source');
}

function unseenOwner(): Step {
  return holdUntilSeen('the source owns the guest and cannot be reached', 'the source: is it up?');
}
