import { migrated } from './clean-up.ts';
import { finishSent, hasReached, type MoveRecord } from './record.ts';
import { conditionOf, type Sighting } from './sighting.ts';
import { holdForOperator, holdUntilSeen, type Step, step } from './step.ts';

const LOOK = 'both hosts: each may hold memory that the other lacks, so neither half must be destroyed';

/** A Finish that is never answered keeps one of libvirtd's workers, of which there are 20 (libvirtd.conf, max_workers). */
const FINISHES_MAX = 5;

/** Whether the guest is spread over both hosts, as far as can be seen. */
export function isSpread(source: Sighting, destination: Sighting): boolean {
  return [source, destination].some((one) => conditionOf(one).startsWith('post-copy'));
}

/**
 * The next step for a guest that runs on the destination and fetches its memory from the source. Each side has what
 * the other lacks: nothing is ever destroyed here but by the operator's word.
 */
export function decidePostCopy(record: MoveRecord, source: Sighting, destination: Sighting): Step {
  const here = conditionOf(source);
  const there = conditionOf(destination);
  if (here === 'unreachable' || there === 'unreachable') {
    if (there === 'running')
      return migrated(record, source, destination, 'the guest is whole on the destination');
    return holdUntilSeen('the guest is spread over both hosts, and one of them cannot be reached', LOOK);
  }
  switch (there) {
    case 'running':
      return migrated(record, source, destination, 'the guest is whole on the destination');
    case 'incoming':
      // A Finish that came takes a moment; one that a crash has swallowed never comes. A source that drives by itself
      // sends its own, or ends what waits there.
      if (record.finishes > FINISHES_MAX) {
        const reason = 'the destination was told again and again to start the guest, and does not answer';
        return holdUntilSeen(reason, 'the destination: does its QEMU hang? See the log of libvirt there');
      }
      return record.request.drive === 'p2p' || (hasReached(record, 'finish') && !record.waited)
        ? step('wait', 'the destination is starting the guest')
        : step('finish', 'the source has handed the guest over, and the destination still waits to start it');
    case 'post-copy':
    case 'post-copy-failed':
      if (here === 'off') {
        return there === 'post-copy'
          ? step('wait', 'the source is gone: soon it shows whether the destination has all of the memory')
          : holdForOperator(
              'the source is gone with memory that the destination lacks: the guest can only be started anew',
              'the source: is its QEMU gone for good? Then choose the side to start it on, with its disks',
            );
      }
      if (here === 'post-copy-failed' && there === 'post-copy-failed') {
        return step('resume-post-copy', 'both sides wait for the broken link to be taken up again');
      }
      return step('wait', 'the destination is fetching the rest of the memory');
    case 'paused':
      return holdForOperator('the guest is spread over both hosts and paused on the destination', LOOK);
    case 'off':
      return finishSent(record)
        ? holdForOperator(
            'the destination may have run the guest and is gone; the source has only what it was before',
            LOOK,
          )
        : holdForOperator(
            'the destination is gone before it ran the guest, and libvirt does not take it back',
            LOOK,
          );
    default:
      return there satisfies never;
  }
}
