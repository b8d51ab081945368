import type { Placement } from '../placement.ts';
import type { MakeTerm, Term } from '../term.ts';

/** Up to so many members are looked at one by one; of larger groups each host's are counted. */
const SCAN_MAX = 12;

/**
 * No two domains of a group on one host.
 *
 * @param groupsOf the groups that each domain is in; by index into `members`
 */
export function apart(
  members: readonly (readonly number[])[],
  groupsOf: ReadonlyMap<number, readonly number[]>,
): MakeTerm {
  return (placement) => new Apart(placement, members, groupsOf);
}

class Apart implements Term {
  readonly #placement: Placement;
  readonly #members: readonly (readonly number[])[];
  readonly #groupsOf: (readonly number[])[];
  readonly #counts: (Uint16Array | null)[];

  constructor(
    placement: Placement,
    members: readonly (readonly number[])[],
    groupsOf: ReadonlyMap<number, readonly number[]>,
  ) {
    const { domainCount, hostCount } = placement.problem;
    this.#placement = placement;
    this.#members = members;
    this.#groupsOf = Array.from({ length: domainCount }, (_, domain) => groupsOf.get(domain) ?? []);
    this.#counts = members.map((group) => (group.length > SCAN_MAX ? new Uint16Array(hostCount) : null));
    this.recompute();
  }

  insertion(domain: number, host: number): number {
    const groups = this.#groupsOf[domain] ?? [];
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i] ?? 0;
      const counts = this.#counts[group];
      if (counts) {
        if ((counts[host] ?? 0) > 0) return Number.POSITIVE_INFINITY;
        continue;
      }
      const members = this.#members[group] ?? [];
      for (let m = 0; m < members.length; m++)
        if (this.#placement.hostOf[members[m] ?? 0] === host) return Number.POSITIVE_INFINITY;
    }
    return 0;
  }

  inserted(domain: number, host: number): void {
    this.#count(domain, host, 1);
  }

  removed(domain: number, host: number): void {
    this.#count(domain, host, -1);
  }

  value(): number {
    return 0;
  }

  recompute(): void {
    for (const counts of this.#counts) counts?.fill(0);
    this.#placement.hostOf.forEach((host, domain) => {
      if (host >= 0) this.#count(domain, host, 1);
    });
  }

  #count(domain: number, host: number, by: 1 | -1): void {
    for (const group of this.#groupsOf[domain] ?? []) {
      const counts = this.#counts[group];
      if (counts) counts[host] = (counts[host] ?? 0) + by;
    }
  }
}
