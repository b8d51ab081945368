import { type DomainRef, JobStatsFlag } from '@virt-ferry/libvirt';
import { unseen, verify } from '../verify.ts';
import type { Blackout } from './blackout.ts';
import { NO_TOTALS, type Totals, totalsOf } from './job-stats.ts';
import type { Ending, Guest, Move } from './operation.ts';
import type { Link } from './sides.ts';

/** The guest is on the destination: what it cost, and whether all is as it should be. */
export async function arrived(
  { story, from, to, dom }: Move,
  guest: Guest,
  blackout: Blackout,
): Promise<Ending> {
  const totals = await readTotals(to, dom);
  story.emit({ type: 'phase', phase: 'verify' });
  const wrong = await verify(from, to, guest).catch(unseen);
  await story.note('verify', { wrong }).catch(() => undefined);
  return { result: 'migrated', reason: wrong.join('; '), ...totals, blackoutMs: await blackout.measured() };
}

/** What libvirt on the destination counted. Nice to have: a move doesn't fail for want of it. */
export async function readTotals(to: Pick<Link, 'monitor'>, dom: DomainRef): Promise<Totals> {
  try {
    const { params } = await to.monitor.domainGetJobStats({ dom, flags: JobStatsFlag.completed });
    return totalsOf(params);
  } catch {
    return NO_TOTALS;
  }
}
