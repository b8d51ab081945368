import type { CheckContext } from '../preflight/check.ts';
import { recordOf } from '../recover/record.ts';
import { removeCreated } from '../storage/created.ts';
import type { StoragePlan } from '../storage/plan.ts';
import { createTargets } from '../storage/targets.ts';
import type { Move } from './operation.ts';
import { noteCopied } from './source-disks.ts';

/** Makes targets for the disks that are to be copied, and says what is copied how. */
export async function prepareStorage(move: Move, context: CheckContext): Promise<StoragePlan> {
  const plan = await context.storagePlan();
  await noteCopied(plan, move.story);
  await createTargets(plan, context, move);
  return plan;
}

/** Ends the pools that were there for this move only. */
export async function removePools({ request, to, story }: Move): Promise<void> {
  for (const created of recordOf(request, story.entries, false).created) {
    if (created.kind !== 'pool') continue;
    await story.act('remove-pool', { created }, () => removeCreated(created, to.monitor));
  }
}
