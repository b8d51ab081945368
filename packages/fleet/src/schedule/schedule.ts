import type { Fleet } from '../model/fleet.ts';
import type { Target } from '../place/result.ts';
import type { Plan } from '../plan.ts';
import { Random } from '../search/random.ts';
import { groupsByDomain } from './group-rules.ts';
import { type Job, jobsTo, type TimedJob } from './job.ts';
import { type ListOptions, listSchedule, type Scheduled } from './list-schedule.ts';
import { lowerBoundS } from './lower-bound.ts';

export interface ScheduleOptions {
  readonly seed: number;
  /** Hosts that no detour goes over, because they are to be left. */
  readonly avoid?: ReadonlySet<number>;
  /** Orders to try; as many as take about a second where not given. */
  readonly restarts?: number;
}

/** Restarts × jobs² at most. */
const WORK_MAX = 2e7;
const RESTARTS_MAX = 64;
/** So near to the bound no better order is looked for. */
const NEAR = 1.002;
const NOISE = 0.5;

/** Gives times to the moves that lead to a target: the best of several orders, most of them drawn from the seed. */
export function schedule(
  fleet: Fleet,
  target: Target,
  { seed, avoid = new Set(), restarts }: ScheduleOptions,
): Plan {
  const options = { groupsOf: groupsByDomain(fleet), avoid };
  const random = new Random(seed);
  /** Domains whose place does not get free, and those that must stay with them. */
  const stuck = new Map<number, string>();
  let jobs = jobsTo(fleet, target.hostOf);
  for (;;) {
    const found = bestOf(fleet, jobs, options, random, restarts);
    if (found.stuck.length === 0) return planOf(fleet, target, found, stuck);
    for (const { domain, to } of found.stuck) {
      stuck.set(
        domain,
        `its place on ${fleet.hosts.names[to]} does not get free: each of several domains waits for another's, and no third host has room`,
      );
      for (const other of keptWith(fleet, domain))
        if (!stuck.has(other))
          stuck.set(other, `it stays with ${fleet.domains.names[domain]}, whose place does not get free`);
    }
    // What counted on the room that these would have made may now be stuck too.
    jobs = jobs.filter(({ domain }) => !stuck.has(domain));
  }
}

function bestOf(
  fleet: Fleet,
  jobs: readonly Job[],
  options: ListOptions,
  random: Random,
  restarts: number | undefined,
): Scheduled {
  const bound = lowerBoundS(fleet, jobs);
  const urgency = urgencyOf(fleet, jobs);
  const priority = ({ domain }: Job) => fleet.domains.priority[domain] ?? 0;
  const tries =
    restarts ?? Math.max(1, Math.min(RESTARTS_MAX, Math.floor(WORK_MAX / (jobs.length + 1) ** 2)));
  let best: Scheduled = { timed: [], makespanS: 0, stuck: jobs };
  for (let i = 0; i < tries; i++) {
    const noise = new Map(jobs.map((job) => [job, i === 0 ? 1 : 1 + NOISE * (random.next() - 0.5)]));
    const rank = (job: Job) => (urgency.get(job) ?? 0) * (noise.get(job) ?? 1);
    const order = [...jobs].sort(
      (a, b) => priority(b) - priority(a) || rank(b) - rank(a) || a.domain - b.domain,
    );
    const found = listSchedule(fleet, order, options);
    if (i === 0 || isBetter(found, best)) best = found;
    if (best.stuck.length === 0 && best.makespanS <= bound * NEAR) break;
  }
  return best;
}

/** The domains that a domain must stay on one host with. */
function keptWith({ groups }: Fleet, domain: number): number[] {
  return groups.flatMap(({ kind, domains }) =>
    kind === 'together' && domains.includes(domain) ? domains.filter((other) => other !== domain) : [],
  );
}

function isBetter(one: Scheduled, other: Scheduled): boolean {
  if (one.stuck.length !== other.stuck.length) return one.stuck.length < other.stuck.length;
  return one.makespanS < other.makespanS;
}

/** How much the busier of a job's two links has to carry: what is on the busiest ones goes first, the longest first. */
function urgencyOf({ hosts }: Fleet, jobs: readonly Job[]): ReadonlyMap<Job, number> {
  const out = new Float64Array(hosts.count);
  const into = new Float64Array(hosts.count);
  for (const { from, to, bytes } of jobs) {
    out[from] = (out[from] ?? 0) + bytes / (hosts.outBytesPerS[from] ?? 1);
    into[to] = (into[to] ?? 0) + bytes / (hosts.inBytesPerS[to] ?? 1);
  }
  return new Map(
    jobs.map((job) => [job, Math.max(out[job.from] ?? 0, into[job.to] ?? 0) + job.durationS / 2]),
  );
}

function planOf(
  { hosts, domains, ...fleet }: Fleet,
  target: Target,
  { timed, makespanS }: Scheduled,
  stuck: ReadonlyMap<number, string>,
): Plan {
  const name = (index: number) => hosts.names[index] ?? '';
  const ids = new Map<TimedJob, string>(timed.map((one, index) => [one, `m${index + 1}`]));
  return {
    goal: target.goal,
    moves: timed.map((one) => ({
      id: ids.get(one) ?? '',
      domain: domains.names[one.job.domain] ?? '',
      from: name(one.job.from),
      to: name(one.job.to),
      after: one.after.flatMap((other) => ids.get(other) ?? []),
      startS: one.startS,
      endS: one.endS,
      bytes: one.job.bytes,
      reason: one.job.detour ? 'waits here until its place is free' : target.reasonOf(one.job.domain),
    })),
    makespanS,
    lowerBoundS: lowerBoundS(
      { hosts, domains, ...fleet },
      timed.map(({ job }) => job),
    ),
    unplaced: [...target.unplaced, ...[...stuck].map(([domain, reason]) => ({ domain, reason }))].map(
      ({ domain, reason }) => ({ domain: domains.names[domain] ?? '', reason }),
    ),
    score: target.score,
    notes: target.notes,
  };
}
