import { migrated, rolledBack } from './clean-up.ts';
import { type MoveRecord, persistsThere } from './record.ts';
import { conditionOf, ShutoffReason, type Sighting, shutoffReason, standsForMigration } from './sighting.ts';
import { holdForOperator, holdUntilSeen, type Step } from './step.ts';

export const LOOK_THERE =
  "the destination: does the guest run, or did it ever? See its QEMU's log, and the guest's own";

/** The destination owns the guest. */
export function takenOver(record: MoveRecord, source: Sighting, destination: Sighting, reason: string): Step {
  if (conditionOf(source) === 'running') {
    const look = 'both: which of the two copies is the right one?';
    return holdForOperator('the source runs a guest that the destination has taken over', look);
  }
  return migrated(record, source, destination, reason);
}

/**
 * The source has let the guest go, and no QEMU has it on the destination. Finish stores the definition there before it
 * starts the guest: where that is missing, nobody has the guest any more, and only its disks are left.
 */
export function wentThere(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  if (destination.seen === 'absent' && persistsThere(record)) {
    const reason =
      'the source has let the guest go, and it never came to be on the destination: neither has it';
    return holdForOperator(
      reason,
      'its disks, which are as the guest left them, and a copy of its definition',
    );
  }
  return migrated(record, source, destination, 'the source has let the guest go, and it is off there since');
}

/** The source owns the guest, and gets it back. */
export function giveBack(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  if (conditionOf(source) === 'unreachable') return unseenOwner();
  if (conditionOf(source) === 'off') {
    const reason = 'the guest is shut off on the source, where its QEMU ended during the move';
    return rolledBack(record, source, destination, reason);
  }
  if (standsForMigration(source) && !(record.wasPaused && record.gaveBack)) {
    return {
      name: 'resume-source',
      reason: 'the guest never ran on the destination and stands still on the source',
      // A destination that comes back with its copy must not be started then.
      decisive: conditionOf(destination) !== 'off',
    };
  }
  return rolledBack(record, source, destination, 'the domain is safe on the source');
}

export function unseenOwner(): Step {
  return holdUntilSeen('the source owns the guest and cannot be reached', 'the source: is it up?');
}

/**
 * Whether a source that is off has let the guest go to the destination, rather than lost it: because it was told to,
 * or, where it drives by itself, by what it says of why it is off, or by the definition that went with the guest.
 */
export function hasLetGo(record: MoveRecord, source: Sighting): boolean {
  if (conditionOf(source) !== 'off') return false;
  if (record.releasing || shutoffReason(source) === ShutoffReason.migrated) return true;
  if (record.request.drive !== 'p2p') return false;
  if (record.answers.perform === 'ok') return true;
  return source.seen === 'absent' && record.persistent && record.request.sourceDefinition === 'remove';
}
