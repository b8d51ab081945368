import type { Fleet } from '../model/fleet.ts';
import { findDetour } from './detour.ts';
import { GroupRules } from './group-rules.ts';
import type { Job, TimedJob } from './job.ts';
import { makeJob } from './job.ts';
import { Links } from './links.ts';
import { Room } from './room.ts';

export interface Scheduled {
  readonly timed: readonly TimedJob[];
  readonly makespanS: number;
  /** Jobs for which nothing makes room. */
  readonly stuck: readonly Job[];
}

export interface ListOptions {
  readonly groupsOf: ReadonlyMap<number, readonly number[]>;
  /** Hosts that are not used for detours. */
  readonly avoid: ReadonlySet<number>;
}

/**
 * Event-driven list scheduling: whenever a move ends, the waiting ones are started that can be, in the order given. Where
 * all wait for each other's room, one makes a detour over a third host.
 */
export function listSchedule(
  fleet: Fleet,
  order: readonly Job[],
  { groupsOf, avoid }: ListOptions,
): Scheduled {
  const room = new Room(fleet);
  const links = new Links(fleet);
  const groups = new GroupRules(fleet, groupsOf);
  const hostOf = fleet.domains.host.slice();
  const firstLeg = new Map<Job, TimedJob>();
  const timed: TimedJob[] = [];
  let waiting = [...order];
  const running: TimedJob[] = [];
  let nowS = 0;

  while (waiting.length > 0 || running.length > 0) {
    startAll();
    if (running.length > 0) endNext();
    else if (!detour()) break;
  }
  return { timed, makespanS: nowS, stuck: waiting };

  function startAll(): void {
    if (!links.anyFree()) return;
    let any = false;
    const started = new Set<Job>();
    for (const job of waiting) {
      if (!links.have(job) || !room.fits(job) || !groups.allow(job, hostOf)) continue;
      start(job);
      started.add(job);
      any = true;
      if (!links.anyFree()) break;
    }
    if (any) waiting = waiting.filter((job) => !started.has(job));
  }

  function start(job: Job): void {
    const leg = firstLeg.get(job);
    const after = [...new Set([...room.madeBy(job), ...groups.before(job), ...(leg ? [leg] : [])])];
    const entry: TimedJob = { job, startS: nowS, endS: nowS + job.durationS, after };
    links.take(job);
    room.started(entry);
    groups.started(entry);
    timed.push(entry);
    // Kept by time of end, the next one last.
    let at = running.length;
    while (at > 0 && (running[at - 1]?.endS ?? 0) < entry.endS) at--;
    running.splice(at, 0, entry);
  }

  /** Goes on to the next end, and takes all that end then. */
  function endNext(): void {
    nowS = running.at(-1)?.endS ?? nowS;
    for (let last = running.at(-1); last && last.endS <= nowS; last = running.at(-1)) {
      running.pop();
      links.give(last.job);
      room.ended(last);
      groups.ended(last);
      hostOf[last.job.domain] = last.job.to;
      const next = last.job.detour ? waiting.find((job) => job.domain === last.job.domain) : undefined;
      if (next) firstLeg.set(next, last);
    }
  }

  function detour(): boolean {
    const found = findDetour(fleet, waiting, avoid, (job) => room.fits(job) && groups.allow(job, hostOf));
    if (!found) return false;
    const { job, via } = found;
    const [leg, rest] = [
      makeJob(fleet, job.domain, job.from, via, true),
      makeJob(fleet, job.domain, via, job.to),
    ];
    waiting = waiting.map((other) => (other === job ? rest : other));
    start(leg);
    return true;
  }
}
