/** When to stop. By iterations a search is the same each time; by time it depends on the machine. */
export interface Limit {
  readonly iterations?: number;
  readonly budgetMs?: number;
  /** A clock that never jumps; needed for `budgetMs`. */
  readonly now?: () => number;
}

/** How much of a limit has been used, from 0 to 1. The clock is looked at now and then only. */
export class Meter {
  readonly #limit: Limit;
  readonly #startMs: number;
  #iterations = 0;
  #spent = 0;

  constructor(limit: Limit) {
    this.#limit = limit;
    this.#startMs = limit.now?.() ?? 0;
  }

  spent(): number {
    return this.#spent;
  }

  /** Counts steps; false once the limit is reached. `every`: how many between two looks at the clock, a power of two. */
  goesOn(every = 64): boolean {
    const { iterations, budgetMs, now } = this.#limit;
    this.#iterations++;
    if ((this.#iterations & (every - 1)) !== 0) return this.#spent < 1;
    let spent = iterations === undefined ? 0 : this.#iterations / iterations;
    if (budgetMs !== undefined && now) spent = Math.max(spent, (now() - this.#startMs) / budgetMs);
    if (iterations === undefined && budgetMs === undefined) spent = 1;
    this.#spent = spent;
    return spent < 1;
  }
}
