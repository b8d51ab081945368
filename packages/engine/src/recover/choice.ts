import { migrated, rolledBack } from './clean-up.ts';
import type { Choice, MoveRecord } from './record.ts';
import { conditionOf, type Sighting } from './sighting.ts';
import { holdUntilSeen, type Step, step } from './step.ts';

/** The next step towards what the operator has decided. The other side's copy goes first, whatever the choice. */
export function chosen(record: MoveRecord, choice: Choice, source: Sighting, destination: Sighting): Step {
  switch (choice) {
    case 'accept':
      return {
        name: 'done',
        result: conditionOf(destination) === 'running' ? 'migrated' : 'rolled-back',
        reason: 'closed as it stands, as the operator chose',
        debts: [],
      };
    case 'source': {
      const there = conditionOf(destination);
      if (there === 'unreachable') {
        return holdUntilSeen(
          'the destination must be seen to have no running copy',
          'the destination: is it up?',
        );
      }
      if (there !== 'off') return step('cancel-destination', 'the operator chose the source');
      const here = conditionOf(source);
      if (here.startsWith('post-copy')) {
        return step(
          'destroy-source',
          'its half of the guest cannot run alone, and the operator chose to start anew',
        );
      }
      if (here === 'paused' && !record.wasPaused)
        return { name: 'resume-source', reason: 'the operator chose the source', decisive: false };
      return rolledBack(record, source, destination, 'the operator chose the source');
    }
    case 'destination': {
      if (conditionOf(source) === 'unreachable') {
        return holdUntilSeen('the source must be seen to have no running copy', 'the source: is it up?');
      }
      if (conditionOf(source) === 'running') {
        return step('suspend-source', 'the operator chose the destination');
      }
      if (conditionOf(destination) === 'paused' && !record.wasPaused && conditionOf(source) === 'off') {
        return step('commit', 'the operator chose the destination');
      }
      return migrated(record, source, destination, 'the operator chose the destination');
    }
    default:
      return choice satisfies never;
  }
}
