import { migrated } from './clean-up.ts';
import { LOOK_THERE, takenOver } from './give-back.ts';
import type { MoveRecord } from './record.ts';
import { conditionOf, ShutoffReason, type Sighting, shutoffReason } from './sighting.ts';
import { holdForOperator, holdUntilSeen, type Step, step } from './step.ts';

/** The destination was started, by us or by a Finish that was answered. */
export function isCommitted({ request, answers, reached }: MoveRecord): boolean {
  if (request.commit === 'strict') return reached === 'commit';
  return request.drive === 'p2p' ? answers.perform === 'ok' : answers.finish === 'ok';
}

/** The journal gave the guest to the destination, which isn't seen to run it. */
export function afterCommit(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  const here = conditionOf(source);
  switch (conditionOf(destination)) {
    case 'paused':
      if (!mayStillWait(record)) {
        const reason = 'the guest is on the destination, where it was paused since';
        return takenOver(record, source, destination, reason);
      }
      return here === 'running'
        ? holdForOperator('the source runs a guest that was given to the destination', LOOK_THERE)
        : step('commit', 'the journal gave the guest to the destination, where it still stands paused');
    case 'off':
      if (shutoffReason(destination) === ShutoffReason.shutdown) {
        const reason = 'the guest ran on the destination and shut itself down';
        return takenOver(record, source, destination, reason);
      }
      if (here === 'off') {
        const reason = 'the guest was given to the destination and is off there';
        return migrated(record, source, destination, reason);
      }
      return holdForOperator(
        'the guest was given to the destination and is gone there; the source has it as it was at that moment',
        LOOK_THERE,
      );
    case 'unreachable':
      if (mayStillWait(record)) {
        return holdUntilSeen(
          'the guest was given to the destination, which cannot be reached: it may still wait there to be started',
          LOOK_THERE,
        );
      }
      if (here === 'off') {
        const reason = 'the guest was given to the destination, which cannot be reached now';
        return migrated(record, source, destination, reason);
      }
      return holdUntilSeen('the guest was given to the destination, which cannot be reached', LOOK_THERE);
    default:
      return holdForOperator('the destination waits for a guest that it was given already', LOOK_THERE);
  }
}

/** The commit was written down, but nobody heard that it was done. */
function mayStillWait({ request, answers, wasPaused }: MoveRecord): boolean {
  return request.commit === 'strict' && answers.commit !== 'ok' && !wasPaused;
}
