import type { Fleet } from '../model/fleet.ts';
import type { Job, TimedJob } from './job.ts';

/** What groups allow while domains move. The jobs of one group go one after another, so that never two pause at once. */
export class GroupRules {
  readonly #fleet: Fleet;
  readonly #groupsOf: ReadonlyMap<number, readonly number[]>;
  readonly #busy: Uint8Array;
  readonly #latest: (TimedJob | undefined)[];

  constructor(fleet: Fleet, groupsOf: ReadonlyMap<number, readonly number[]>) {
    this.#fleet = fleet;
    this.#groupsOf = groupsOf;
    this.#busy = new Uint8Array(fleet.groups.length);
    this.#latest = [];
  }

  /** `hostOf`: where each domain is now, the source for those that move. */
  allow({ domain, to }: Job, hostOf: Int32Array): boolean {
    for (const index of this.#groupsOf.get(domain) ?? []) {
      const group = this.#fleet.groups[index];
      if (this.#busy[index] === 1 || !group) return false;
      if (group.kind === 'apart' && group.domains.some((other) => hostOf[other] === to && other !== domain))
        return false;
      if (group.kind === 'spread' && !this.#staysSpread(group.domains, group.zones, domain, to, hostOf))
        return false;
    }
    return true;
  }

  started({ job: { domain } }: TimedJob): void {
    for (const index of this.#groupsOf.get(domain) ?? []) this.#busy[index] = 1;
  }

  ended(timed: TimedJob): void {
    for (const index of this.#groupsOf.get(timed.job.domain) ?? []) {
      this.#busy[index] = 0;
      this.#latest[index] = timed;
    }
  }

  /** The jobs of its groups that came before it. */
  before({ domain }: Job): TimedJob[] {
    return (this.#groupsOf.get(domain) ?? []).flatMap((index) => this.#latest[index] ?? []);
  }

  #staysSpread(
    members: readonly number[],
    wanted: number,
    domain: number,
    to: number,
    hostOf: Int32Array,
  ): boolean {
    const { zone } = this.#fleet.hosts;
    const zones = (host: (member: number) => number) =>
      new Set(members.map((member) => zone[host(member)] ?? 0)).size;
    const after = zones((member) => (member === domain ? to : (hostOf[member] ?? 0)));
    return after >= wanted || after >= zones((member) => hostOf[member] ?? 0);
  }
}

/** The groups that each domain is in. */
export function groupsByDomain({ groups }: Fleet): Map<number, number[]> {
  const groupsOf = new Map<number, number[]>();
  groups.forEach(({ domains }, index) => {
    for (const domain of domains) {
      const known = groupsOf.get(domain);
      if (known) known.push(index);
      else groupsOf.set(domain, [index]);
    }
  });
  return groupsOf;
}
