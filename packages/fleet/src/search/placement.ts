import type { Problem } from './problem.ts';
import type { MakeTerm, Term } from './term.ts';

/** Which domain is on which host, and what that costs: the state that a search changes in single steps. */
export class Placement {
  readonly problem: Problem;
  /** -1: nowhere, which only happens within a step. */
  readonly hostOf: Int32Array;
  /** What the domains on each host use. [host × resources + resource] */
  readonly use: Float64Array;
  /** What those still take that started there and have left, of transient resources. */
  readonly held: Float64Array;
  /** The domains on each host, in no order. */
  readonly residents: readonly number[][];
  readonly #slot: Int32Array;
  readonly #terms: readonly Term[];
  readonly #anyTransient: boolean;

  constructor(problem: Problem, makeTerms: readonly MakeTerm[]) {
    const { domainCount, hostCount, resources } = problem;
    this.problem = problem;
    this.hostOf = new Int32Array(domainCount).fill(-1);
    this.use = new Float64Array(hostCount * resources);
    this.held = new Float64Array(hostCount * resources);
    this.residents = Array.from({ length: hostCount }, () => []);
    this.#slot = new Int32Array(domainCount);
    this.#anyTransient = problem.transient.includes(1);
    problem.start.forEach((host, domain) => {
      this.#settle(domain, host);
    });
    this.#terms = makeTerms.map((make) => make(this));
    for (const term of this.#terms) term.recompute();
  }

  cost(): number {
    let cost = 0;
    for (const term of this.#terms) cost += term.value();
    return cost;
  }

  /** Where most of the cost lies, as far as the terms can say. */
  heat(host: number): number {
    let heat = 0;
    for (const term of this.#terms) heat += term.heat?.(host) ?? 0;
    return heat;
  }

  /** Whether it may come there and has room. */
  fits(domain: number, host: number): boolean {
    return this.fitsWithout(domain, host, -1);
  }

  /** The same, once another domain has left that host; -1: none. */
  fitsWithout(domain: number, host: number, leaving: number): boolean {
    const { resources, demand, capacity, transient, start } = this.problem;
    if (start[domain] !== host && !this.problem.allows(domain, host)) return false;
    const at = host * resources;
    const from = domain * resources;
    const home = this.#anyTransient && start[domain] === host;
    const freed = leaving * resources;
    const leavesHome = leaving >= 0 && start[leaving] === host;
    for (let r = 0; r < resources; r++) {
      const size = demand[from + r] ?? 0;
      if (size === 0) continue;
      let used = (this.use[at + r] ?? 0) + (this.held[at + r] ?? 0) + size;
      if (home && transient[r] === 1) used -= size;
      if (leaving >= 0 && !(leavesHome && transient[r] === 1)) used -= demand[freed + r] ?? 0;
      if (used > (capacity[at + r] ?? 0)) return false;
    }
    return true;
  }

  /** What it would add to the cost if this domain, which is nowhere, came there; Infinity where it must not. */
  insertion(domain: number, host: number): number {
    if (!this.fits(domain, host)) return Number.POSITIVE_INFINITY;
    return this.priceOf(domain, host);
  }

  /** The same where it is known to fit. */
  priceOf(domain: number, host: number): number {
    let added = 0;
    for (const term of this.#terms) {
      added += term.insertion(domain, host);
      if (added === Number.POSITIVE_INFINITY) return added;
    }
    return added;
  }

  insert(domain: number, host: number): void {
    this.#settle(domain, host);
    if (this.#anyTransient && this.problem.start[domain] === host) this.#hold(domain, host, -1);
    for (const term of this.#terms) term.inserted(domain, host);
  }

  remove(domain: number): void {
    const host = this.hostOf[domain] ?? -1;
    const { resources, demand } = this.problem;
    for (let r = 0, at = host * resources, from = domain * resources; r < resources; r++)
      this.use[at + r] = (this.use[at + r] ?? 0) - (demand[from + r] ?? 0);
    const list = this.residents[host] ?? [];
    const last = list.pop() ?? domain;
    const slot = this.#slot[domain] ?? 0;
    if (last !== domain) {
      list[slot] = last;
      this.#slot[last] = slot;
    }
    this.hostOf[domain] = -1;
    if (this.#anyTransient && this.problem.start[domain] === host) this.#hold(domain, host, 1);
    for (const term of this.#terms) term.removed(domain, host);
  }

  /** From nothing: sums that were kept up in small steps drift. */
  recompute(): void {
    const { resources, demand } = this.problem;
    this.use.fill(0);
    this.hostOf.forEach((host, domain) => {
      for (let r = 0, at = host * resources, from = domain * resources; r < resources; r++)
        this.use[at + r] = (this.use[at + r] ?? 0) + (demand[from + r] ?? 0);
    });
    for (const term of this.#terms) term.recompute();
  }

  #settle(domain: number, host: number): void {
    const { resources, demand } = this.problem;
    for (let r = 0, at = host * resources, from = domain * resources; r < resources; r++)
      this.use[at + r] = (this.use[at + r] ?? 0) + (demand[from + r] ?? 0);
    const list = this.residents[host] ?? [];
    this.#slot[domain] = list.length;
    list.push(domain);
    this.hostOf[domain] = host;
  }

  #hold(domain: number, host: number, sign: 1 | -1): void {
    const { resources, demand, transient } = this.problem;
    for (let r = 0, at = host * resources, from = domain * resources; r < resources; r++)
      if (transient[r] === 1) this.held[at + r] = (this.held[at + r] ?? 0) + sign * (demand[from + r] ?? 0);
  }
}
