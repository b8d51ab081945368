import type { Holder } from '../journal/journal.ts';
import { removeLooks } from '../storage/directory.ts';
import { removeProbes } from '../storage/shared.ts';
import type { Site } from './site.ts';

/**
 * Removes the pools that Ferrys made to look into directories and could not take away themselves, because they were
 * killed or their connection broke. A host that can't be reached now is left to whoever looks there next.
 */
export async function sweep(holders: readonly Holder[], sites: readonly Site[]): Promise<void> {
  await Promise.all(
    sites.map(async (site) => {
      try {
        const { connection } = await site.reach();
        for (const holder of holders) {
          await removeLooks(holder, connection);
          await removeProbes(holder, connection);
        }
      } catch {
        // They do no harm, and each later look removes what is older than minutes.
      }
    }),
  );
}
