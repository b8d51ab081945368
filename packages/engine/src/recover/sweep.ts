import type { Holder } from '../journal/journal.ts';
import { removeLooks } from '../storage/directory.ts';
import { removeProbes } from '../storage/shared.ts';
import type { Site } from './site.ts';

/**
 * Removes the pools that a Ferry made to look into directories and could not take away itself, because it was killed or
 * its connection broke. A host that can't be reached now is left to whoever looks there next.
 */
export async function sweep(holder: Holder, sites: readonly Site[]): Promise<void> {
  await Promise.all(
    sites.map(async (site) => {
      try {
        const { connection } = await site.reach();
        await removeLooks(holder, connection);
        await removeProbes(holder, connection);
      } catch {
        // They do no harm, and each later look removes what is older than minutes.
      }
    }),
  );
}
