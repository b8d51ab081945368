import { readTotals } from '../migrate/arrived.ts';
import { NO_TOTALS, type Totals } from '../migrate/job-stats.ts';
import { unseen, verify } from '../verify.ts';
import type { Scene } from './scene.ts';

/** What a move has cost that recovery brought to its end, and what is not as it should be. */
export interface Account {
  readonly totals: Totals;
  readonly wrong: readonly string[];
}

/** To be asked once the guest is on the destination. A host that is away is no reason to fail: the guest is safe. */
export async function account(
  { domain, source, destination, story }: Scene,
  wasPaused: boolean,
): Promise<Account> {
  story.emit({ type: 'phase', phase: 'verify' });
  const totals = await destination
    .reach()
    .then(({ connection, dom }) => (dom ? readTotals({ monitor: connection }, dom) : NO_TOTALS))
    .catch(() => NO_TOTALS);
  const wrong = await Promise.all([source.reach(), destination.reach()])
    .then(([here, there]) =>
      verify(
        { ref: source.ref, monitor: here.connection },
        { ref: destination.ref, monitor: there.connection },
        { uuid: domain.uuid, wasPaused },
      ),
    )
    .catch(unseen);
  await story.note('verify', { wrong }).catch(() => undefined);
  return { totals, wrong };
}
