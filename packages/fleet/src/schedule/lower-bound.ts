import type { Fleet } from '../model/fleet.ts';
import type { Job } from './job.ts';

/**
 * No schedule of these jobs, each on its whole path, ends sooner: the busiest link by direction, the core, the moves
 * that a host or all may do at once, the longest job, and the jobs of one group, which go one after another.
 */
export function lowerBoundS(fleet: Fleet, jobs: readonly Job[]): number {
  const { hosts, coreBytesPerS, movesAtOnce, setupS } = fleet;
  const [out, into, slots] = [0, 1, 2].map(() => new Float64Array(hosts.count));
  let [core, all, longest] = [0, 0, 0];
  const add = (to: Float64Array | undefined, host: number, value: number) => {
    if (to) to[host] = (to[host] ?? 0) + value;
  };
  for (const { from, to, bytes, rateBytesPerS, durationS } of jobs) {
    // A link is taken at the job's rate from beginning to end, also while nothing is sent yet.
    const taken = bytes + rateBytesPerS * setupS;
    add(out, from, taken / (hosts.outBytesPerS[from] ?? 1));
    add(into, to, taken / (hosts.inBytesPerS[to] ?? 1));
    add(slots, from, durationS / (hosts.movesAtOnce[from] ?? 1));
    add(slots, to, durationS / (hosts.movesAtOnce[to] ?? 1));
    core += taken / coreBytesPerS;
    all += durationS / movesAtOnce;
    longest = Math.max(longest, durationS);
  }
  let bound = Math.max(core, all, longest, longestGroup(fleet, jobs));
  for (const busy of [out, into, slots]) for (const seconds of busy ?? []) bound = Math.max(bound, seconds);
  return bound;
}

function longestGroup({ groups }: Fleet, jobs: readonly Job[]): number {
  const durations = new Map<number, number>();
  for (const { domain, durationS } of jobs) durations.set(domain, (durations.get(domain) ?? 0) + durationS);
  let longest = 0;
  for (const { domains } of groups)
    longest = Math.max(
      longest,
      domains.reduce((sum, domain) => sum + (durations.get(domain) ?? 0), 0),
    );
  return longest;
}
