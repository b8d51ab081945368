/**
 * Who has a domain that is moved shut off, by what the journal says and what both hosts say of its definition:
 *
 *   disks sent, compared ─► define-destination ─► undefine-source ─► set-autostart
 *   the source's, all is taken back ────────────┤ the destination's, all goes forward
 *
 * Never two definitions in the end but where the user wanted that, never none; a host that runs the guest keeps it.
 */
import { migrated, rolledBack } from '../recover/clean-up.ts';
import type { MoveRecord } from '../recover/record.ts';
import { conditionOf, hasDefinition, type Sighting } from '../recover/sighting.ts';
import { holdForOperator, holdUntilSeen, type Step, step } from '../recover/step.ts';

const BOTH = 'both hosts: which of them has the disks and the definition of the guest as it should be?';

export function decideOffline(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  if (record.choice !== null) return chosenOffline(record, source, destination);
  const [here, there] = [conditionOf(source), conditionOf(destination)];
  if (record.offline.defined === null || record.offline.defined === 'refused') {
    if (source.seen === 'absent')
      return holdForOperator('the definition on the source is gone, and not by this move', BOTH);
    if (there !== 'off' && there !== 'unreachable')
      return holdForOperator(
        'the domain is active on the destination, which Ferry never told to start it',
        BOTH,
      );
    return rolledBack(record, source, destination, 'the domain is as it was on the source');
  }
  if (here === 'unreachable' || there === 'unreachable') {
    const away = here === 'unreachable' ? 'source' : 'destination';
    return holdUntilSeen(`the ${away} may have the only definition`, `the ${away}: is it up?`);
  }
  if (here !== 'off' && there !== 'off') return holdForOperator('the domain is active on both hosts', BOTH);
  if (here !== 'off' && !hasDefinition(source))
    return holdForOperator(
      'the domain was started on the source while its definition was removed there',
      BOTH,
    );
  if (here !== 'off') return takenBack(record, source, destination, 'the domain was started on the source');
  if (hasDefinition(source)) return withSource(record, source, destination);
  return hasDefinition(destination) && !record.offline.goingBack
    ? forward(record, source, destination)
    : holdForOperator('the definition on the source is gone, and not by this move', BOTH);
}

/** The source is off and has its definition. */
function withSource(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  const { goingBack, defined, undefined: removed } = record.offline;
  if (conditionOf(destination) !== 'off') {
    return goingBack
      ? holdForOperator('the domain was started on the destination while it was taken back', BOTH)
      : forward(record, source, destination);
  }
  const keeps = record.request.sourceDefinition === 'keep' && defined === 'ok';
  const isLeaving = removed !== null && removed !== 'refused';
  if (hasDefinition(destination) && !goingBack && (keeps || isLeaving))
    return forward(record, source, destination);
  return takenBack(record, source, destination, 'the domain is as it was on the source');
}

/** What was defined on the destination goes first, so that nothing there names the disks that go then. */
function takenBack(record: MoveRecord, source: Sighting, destination: Sighting, reason: string): Step {
  if (record.definedThere !== null) {
    if (!record.definitionRestored)
      return step(
        'restore-definition',
        'the move may have stored its own over the one that was there before',
      );
  } else if (hasDefinition(destination)) {
    return step('undefine-destination', 'the source has the domain and its definition');
  }
  return rolledBack(record, source, destination, reason);
}

/** The source is off, the destination has disks that were compared and the definition. */
function forward(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  if (hasDefinition(source) && record.request.sourceDefinition === 'remove')
    return step('undefine-source', 'the destination has the domain');
  if (record.offline.owesAutostart)
    return step('set-autostart', 'the source would have started it when it boots');
  return migrated(record, source, destination, 'the destination has the domain');
}

/** Only the operator can have made things unclear, so he brings them in order himself. */
function chosenOffline(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  if (record.choice !== 'accept')
    return holdForOperator('of a domain that was moved shut off only accept can be chosen', BOTH);
  const isThere = hasDefinition(destination) && !hasDefinition(source);
  const reason = 'closed as it stands, as the operator chose';
  return { name: 'done', result: isThere ? 'migrated' : 'rolled-back', reason, debts: [] };
}
