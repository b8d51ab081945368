/** The best placement so far, kept by writing down only what has changed since. */
export class Best {
  readonly hostOf: Int32Array;
  cost: number;
  readonly #changed = new Set<number>();

  constructor(hostOf: Int32Array, cost: number) {
    this.hostOf = hostOf.slice();
    this.cost = cost;
  }

  /** These domains have moved, and it now costs so much. */
  follow(touched: readonly number[], hostOf: Int32Array, cost: number): boolean {
    for (const domain of touched) this.#changed.add(domain);
    if (cost >= this.cost) return false;
    for (const domain of this.#changed) this.hostOf[domain] = hostOf[domain] ?? -1;
    this.#changed.clear();
    this.cost = cost;
    return true;
  }

  /** What is not as in the best placement. */
  changed(): Iterable<number> {
    return this.#changed;
  }

  /** The placement is the best one again. */
  restored(): void {
    this.#changed.clear();
  }
}
