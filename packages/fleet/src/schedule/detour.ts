import type { Fleet } from '../model/fleet.ts';
import { type Job, makeJob } from './job.ts';

/** The job of those that wait for each other which can wait on a third host for the fewest bytes. */
export function findDetour(
  fleet: Fleet,
  waiting: readonly Job[],
  avoid: ReadonlySet<number>,
  canStart: (job: Job) => boolean,
): { readonly job: Job; readonly via: number } | null {
  const { hosts, domains, compatible } = fleet;
  const cheapestFirst = [...waiting].sort((a, b) => a.bytes - b.bytes);
  for (const job of cheapestFirst) {
    // One that is on a detour already goes on to where it belongs or not at all.
    if (job.from !== domains.host[job.domain]) continue;
    for (let via = 0; via < hosts.count; via++) {
      if (via === job.from || via === job.to || avoid.has(via) || hosts.maintenance[via] === 1) continue;
      if (compatible[domains.kind[job.domain] ?? 0]?.has(via) !== true) continue;
      if (canStart(makeJob(fleet, job.domain, job.from, via))) return { job, via };
    }
  }
  return null;
}
