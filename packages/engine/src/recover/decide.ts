/**
 * The law of ownership, as one pure function: from what the journal says and what both hosts say to the next safe step.
 *
 *   Begin ─► Prepare ─► Perform ─┤ Finish sent ├─ strict: paused there ─┤ commit written ├─ Resume ─► Confirm
 *   the source owns the guest ───┤ strict: still the source's ──────────┤ the destination owns it ────────────►
 *                                ┤ otherwise: the destination's, until it is proven never to have run ────────►
 *
 * Its rules: never start one side before the other is proven dead or unable to start; a lost answer is no answer; what
 * can't be known is left alone and shown. The rows of the table are in docs/recovery.md.
 */
import { decideOffline } from '../offline/decide-offline.ts';
import { chosen } from './choice.ts';
import { decidePostCopy, isSpread } from './post-copy.ts';
import { decidePreCopy } from './pre-copy.ts';
import type { MoveRecord } from './record.ts';
import { onSource, type Sighting } from './sighting.ts';
import type { Step } from './step.ts';

export function decide(record: MoveRecord, seen: Sighting, destination: Sighting): Step {
  if (record.request.offline) return decideOffline(record, seen, destination);
  const source = onSource(seen);
  if (record.choice !== null) return chosen(record, record.choice, source, destination);
  return isSpread(source, destination)
    ? decidePostCopy(record, source, destination)
    : decidePreCopy(record, source, destination);
}
