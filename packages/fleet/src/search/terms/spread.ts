import type { Placement } from '../placement.ts';
import { BROKEN, type MakeTerm, type Term } from '../term.ts';

export interface SpreadGroup {
  readonly domains: readonly number[];
  /** Over so many zones at least. */
  readonly zones: number;
}

/** Each group over at least so many zones; a zone too few is one broken rule. A group that can't be is as it was. */
export function spread(groups: readonly SpreadGroup[], zoneOf: Int32Array, zoneCount: number): MakeTerm {
  return (placement) => new Spread(placement, groups, zoneOf, zoneCount);
}

class Spread implements Term {
  readonly #placement: Placement;
  readonly #groups: readonly SpreadGroup[];
  readonly #groupsOf: (readonly number[] | undefined)[];
  readonly #zoneOf: Int32Array;
  readonly #zoneCount: number;
  /** [group × zones + zone] */
  readonly #counts: Int32Array;
  readonly #distinct: Int32Array;
  #missing = 0;

  constructor(placement: Placement, groups: readonly SpreadGroup[], zoneOf: Int32Array, zoneCount: number) {
    this.#placement = placement;
    this.#groups = groups;
    const groupsOf: (number[] | undefined)[] = new Array(placement.problem.domainCount).fill(undefined);
    groups.forEach(({ domains }, group) => {
      for (const domain of domains) groupsOf[domain] = [...(groupsOf[domain] ?? []), group];
    });
    this.#groupsOf = groupsOf;
    this.#zoneOf = zoneOf;
    this.#zoneCount = zoneCount;
    this.#counts = new Int32Array(groups.length * zoneCount);
    this.#distinct = new Int32Array(groups.length);
  }

  insertion(domain: number, host: number): number {
    const groups = this.#groupsOf[domain];
    if (!groups) return 0;
    let gained = 0;
    for (const group of groups) {
      if ((this.#counts[group * this.#zoneCount + (this.#zoneOf[host] ?? 0)] ?? 0) > 0) continue;
      if ((this.#distinct[group] ?? 0) < (this.#groups[group]?.zones ?? 0)) gained += BROKEN;
    }
    return -gained;
  }

  inserted(domain: number, host: number): void {
    this.#count(domain, host, 1);
  }

  removed(domain: number, host: number): void {
    this.#count(domain, host, -1);
  }

  value(): number {
    return this.#missing * BROKEN;
  }

  recompute(): void {
    this.#counts.fill(0);
    this.#distinct.fill(0);
    this.#missing = this.#groups.reduce((sum, { zones }) => sum + zones, 0);
    this.#placement.hostOf.forEach((host, domain) => {
      if (host >= 0) this.#count(domain, host, 1);
    });
  }

  #count(domain: number, host: number, by: 1 | -1): void {
    const groups = this.#groupsOf[domain];
    if (!groups) return;
    for (const group of groups) {
      const at = group * this.#zoneCount + (this.#zoneOf[host] ?? 0);
      const count = (this.#counts[at] ?? 0) + by;
      this.#counts[at] = count;
      if (count !== (by === 1 ? 1 : 0)) continue;
      const wanted = this.#groups[group]?.zones ?? 0;
      const distinct = (this.#distinct[group] ?? 0) + by;
      this.#distinct[group] = distinct;
      if (by === 1 && distinct <= wanted) this.#missing--;
      if (by === -1 && distinct < wanted) this.#missing++;
    }
  }
}
