import type { Fleet } from '../model/fleet.ts';
import type { Job, TimedJob } from './job.ts';

/**
 * Room on hosts at one moment of a schedule. A destination gives room from the start of a move, a source gets it back at
 * its end, so that a domain which moves takes room twice.
 */
export class Room {
  readonly #fleet: Fleet;
  readonly #use: Float64Array;
  /** What was there at the beginning, and what has come since: as if nothing had left. */
  readonly #arrived: Float64Array;
  readonly #departed: TimedJob[][];

  constructor(fleet: Fleet) {
    const { hosts, domains, resources } = fleet;
    this.#fleet = fleet;
    this.#use = new Float64Array(hosts.count * resources);
    domains.host.forEach((host, domain) => {
      this.#add(this.#use, domain, host, 1);
    });
    this.#arrived = this.#use.slice();
    this.#departed = Array.from({ length: hosts.count }, () => []);
  }

  fits({ domain, to }: Pick<Job, 'domain' | 'to'>): boolean {
    return this.#fits(this.#use, domain, to);
  }

  /** The moves off its destination without which it would not fit, first ended first. */
  madeBy({ domain, to }: Job): TimedJob[] {
    const { resources } = this.#fleet;
    if (this.#fits(this.#arrived, domain, to)) return [];
    const use = this.#arrived.slice(to * resources, (to + 1) * resources);
    const needed: TimedJob[] = [];
    for (const timed of this.#departed[to] ?? []) {
      this.#add(use, timed.job.domain, 0, -1);
      needed.push(timed);
      if (this.#fits(use, domain, to, 0)) break;
    }
    return needed;
  }

  started({ job: { domain, to } }: TimedJob): void {
    this.#add(this.#use, domain, to, 1);
    this.#add(this.#arrived, domain, to, 1);
  }

  ended(timed: TimedJob): void {
    this.#add(this.#use, timed.job.domain, timed.job.from, -1);
    this.#departed[timed.job.from]?.push(timed);
  }

  #add(use: Float64Array, domain: number, host: number, sign: 1 | -1): void {
    const { resources, domains } = this.#fleet;
    for (let r = 0, at = host * resources, from = domain * resources; r < resources; r++)
      use[at + r] = (use[at + r] ?? 0) + sign * (domains.demand[from + r] ?? 0);
  }

  #fits(use: Float64Array, domain: number, host: number, row = host): boolean {
    const { resources, domains, hosts } = this.#fleet;
    for (let r = 0; r < resources; r++) {
      const size = domains.demand[domain * resources + r] ?? 0;
      if (size > 0 && (use[row * resources + r] ?? 0) + size > (hosts.capacity[host * resources + r] ?? 0))
        return false;
    }
    return true;
  }
}
