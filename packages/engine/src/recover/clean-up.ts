import { hasReached, type MoveRecord } from './record.ts';
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
    return step('resume-source', 'the source is told that the move is over');
  }
  if (there !== 'unreachable') {
    const stale = hasReached(record, 'finish') || record.request.drive === 'p2p';
    if (stale && hasDefinition(destination) && record.definedThere === null) {
      return step('undefine-destination', 'the move left a definition there, and there was none before');
    }
    const [created] = record.created;
    if (created) {
      return { name: `remove-${created.kind}`, created, reason: 'the move made it, and nothing uses it now' };
    }
  }
  if (record.downtimeBeforeMs !== null && conditionOf(source) === 'running') {
    return step('restore-downtime', 'the move had changed the limit of the downtime');
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
    return step('undefine-source', 'the guest has left, and its definition was to go with it');
  }
  const pool = record.created.find(({ kind }) => kind === 'pool');
  if (pool && there === 'unreachable')
    debts.push('what the move left on the destination, which cannot be reached');
  else if (pool) return { name: 'remove-pool', created: pool, reason: 'the move made it for its own use' };
  return { name: 'done', result: 'migrated', reason, debts };
}

/** The source may hold a migration job that only Confirm ends. */
function begun(record: MoveRecord): boolean {
  return record.request.drive === 'direct' && hasReached(record, 'begin');
}
