import { finishSent, hasReached, type MoveRecord, persistsThere } from './record.ts';
import { conditionOf, hasDefinition, type Sighting } from './sighting.ts';
import { type Step, step } from './step.ts';

/**
 * The source has the guest, and nothing of it can run on the destination: what the move made there goes, what it
 * changed is put back, and then it is over.
 */
export function rolledBack(
  record: MoveRecord,
  source: Sighting,
  destination: Sighting,
  reason: string,
): Step {
  const there = conditionOf(destination);
  if (begun(record) && !record.gaveBack && conditionOf(source) !== 'unreachable') {
    const reason = 'the source is told that the move is over';
    return { name: 'resume-source', reason, decisive: there !== 'off' };
  }
  if (there !== 'unreachable') {
    const undoing = undoDefinition(record, source, destination);
    if (undoing) return undoing;
    const [created] = record.created;
    if (created) {
      return { name: `remove-${created.kind}`, created, reason: 'the move made it, and nothing uses it now' };
    }
  }
  if (record.downtimeBeforeMs !== null && conditionOf(source) === 'running') {
    return step('restore-downtime', 'the move had changed the limit of the downtime');
  }
  if (record.speedBefore !== null && conditionOf(source) === 'running') {
    return step('restore-speed', 'the move had held the guest back');
  }
  const owing = there === 'unreachable' && (hasReached(record, 'prepare') || record.created.length > 0);
  const debts = owing ? ['what the move left on the destination, which cannot be reached'] : [];
  return { name: 'done', result: 'rolled-back', reason, debts };
}

/** The destination has the guest, and the source's copy is gone or must go. */
export function migrated(record: MoveRecord, source: Sighting, destination: Sighting, reason: string): Step {
  const here = conditionOf(source);
  const there = conditionOf(destination);
  const debts: string[] = [];
  if (here === 'unreachable')
    debts.push('the stopped copy of the guest on the source, which cannot be reached');
  else if (here !== 'off') return step('release-source', reason);
  else if (hasDefinition(source) && record.request.sourceDefinition === 'remove') {
    if (isDefinedThere(record, destination)) {
      return step('undefine-source', 'the guest has left, and its definition was to go with it');
    }
    if (there === 'unreachable') debts.push('the definition on the source, which may be the last one');
  }
  const pool = record.created.find(({ kind }) => kind === 'pool');
  if (pool && there !== 'unreachable') {
    return { name: 'remove-pool', created: pool, reason: 'the move made it for its own use' };
  }
  if (pool) debts.push('a storage pool that the move made on the destination, which cannot be reached');
  return { name: 'done', result: 'migrated', reason, debts };
}

/** Finish stores the definition before it waits for the guest, over one that was there before (qemu_migration.c). */
function undoDefinition(record: MoveRecord, source: Sighting, destination: Sighting): Step | null {
  const finishing = finishSent(record);
  if (!finishing || !persistsThere(record)) return null;
  if (record.definedThere !== null) {
    return record.definitionRestored
      ? null
      : step('restore-definition', 'the move may have stored its own over the one that was there before');
  }
  // The last definition of a guest is never removed.
  return hasDefinition(destination) && source.seen === 'present'
    ? step('undefine-destination', 'the move left a definition there, and there was none before')
    : null;
}

/** The guest runs there, or has a definition, so that the one on the source isn't the last. */
function isDefinedThere(record: MoveRecord, destination: Sighting): boolean {
  const there = conditionOf(destination);
  if (there === 'unreachable') return persistsThere(record);
  return there !== 'off' || hasDefinition(destination);
}

/** The source may hold a migration job that only Confirm ends. */
function begun(record: MoveRecord): boolean {
  return record.request.drive === 'direct' && hasReached(record, 'begin');
}
