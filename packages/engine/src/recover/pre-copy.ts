import { afterCommit, isCommitted } from './committed.ts';
import { takenOver } from './give-back.ts';
import { neverRan } from './never-ran.ts';
import { afterFinish, mayHaveRun } from './perhaps-ran.ts';
import { finishSent, type MoveRecord } from './record.ts';
import { conditionOf, isMovingAway, type Sighting } from './sighting.ts';
import { holdForOperator, type Step, step } from './step.ts';

/**
 * The next step for a guest whose memory is whole on at least one side. Three cases, by what the journal proves:
 *
 *   committed     the destination was started, or is being started    it owns the guest
 *   perhaps ran   Finish was sent and would have started it            look at the destination
 *   never ran     its start was never written down                     the source owns it, unless rolling on is safe
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
  if (there === 'running') return runsThere(record, source, destination);
  if (isCommitted(record)) return afterCommit(record, source, destination);
  return mayHaveRun(record)
    ? afterFinish(record, source, destination)
    : neverRan(record, source, destination);
}

function runsThere(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  if (record.suspended && !isCommitted(record)) {
    const reason = 'both hosts ran the guest until the source was stopped';
    const look = 'which of the two copies is the right one, and what both wrote to shared disks';
    return holdForOperator(reason, look);
  }
  if (finishSent(record)) {
    return takenOver(record, source, destination, 'the guest runs on the destination');
  }
  const reason = 'the destination runs the guest although it was never told to';
  return holdForOperator(reason, 'who started it there, and which of the two copies is the right one');
}
