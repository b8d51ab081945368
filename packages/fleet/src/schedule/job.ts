import type { Fleet } from '../model/fleet.ts';
import { type MoveCost, moveCost } from './move-cost.ts';

/** A move that is to be given a time. */
export interface Job extends MoveCost {
  readonly domain: number;
  readonly from: number;
  readonly to: number;
  /** Its domain comes this way because its place wasn't free: a second job takes it on. */
  readonly detour: boolean;
}

/** A job with its times, and the jobs that must have ended before it. */
export interface TimedJob {
  readonly job: Job;
  readonly startS: number;
  readonly endS: number;
  readonly after: readonly TimedJob[];
}

export function makeJob(fleet: Fleet, domain: number, from: number, to: number, detour = false): Job {
  return { domain, from, to, detour, ...moveCost(fleet, domain, from, to) };
}

/** One job for each domain that is elsewhere than it shall be. */
export function jobsTo(fleet: Fleet, hostOf: Int32Array): Job[] {
  const jobs: Job[] = [];
  hostOf.forEach((to, domain) => {
    const from = fleet.domains.host[domain] ?? -1;
    if (from !== to && from >= 0) jobs.push(makeJob(fleet, domain, from, to));
  });
  return jobs;
}
