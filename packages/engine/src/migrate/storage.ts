import type { CheckContext } from '../preflight/check.ts';
import { recordOf } from '../recover/record.ts';
import { copiedDisks } from '../storage/copied.ts';
import { removeCreated } from '../storage/created.ts';
import { createTargets } from '../storage/targets.ts';
import type { Move } from './operation.ts';

/** Makes targets for the disks that are to be copied; returns their names in libvirt. */
export async function prepareStorage(
  { from, to, dom, story }: Move,
  context: CheckContext,
): Promise<string[]> {
  const copied = await copiedDisks(context);
  await createTargets(copied, { from: from.monitor, to: to.monitor, dom }, story);
  return copied.map(({ target }) => target);
}

/** Ends the pools that were there for this move only. */
export async function removePools({ request, to, story }: Move): Promise<void> {
  for (const created of recordOf(request, story.entries, false).created) {
    if (created.kind !== 'pool') continue;
    await story.act('remove-pool', { created }, () => removeCreated(created, to.monitor));
  }
}
