import type { Placement } from './placement.ts';
import type { Trail } from './trail.ts';

/** The host of some where it adds least, and may be; -1: none. */
export function cheapestHost(placement: Placement, domain: number, hosts: readonly number[]): number {
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (const host of hosts) {
    const price = placement.insertion(domain, host);
    if (price < least) [best, least] = [host, price];
  }
  return best;
}

/**
 * Puts domains that are nowhere onto some hosts, each time the one that would lose most if it had to take its second
 * choice (regret-2, as in Potvin and Rousseau 1993). One that finds no host is left nowhere.
 */
export class Regret {
  readonly #trail: Trail;
  #prices = new Float64Array(1024);
  /** By row: the cheapest host's place in the list, its price, and the price of the next. */
  #first = new Int32Array(64);
  #least = new Float64Array(64);
  #second = new Float64Array(64);

  constructor(trail: Trail) {
    this.#trail = trail;
  }

  /** Returns those that found no host. `all`: stops at the first one, as it is of no use then. */
  insert(domains: readonly number[], hosts: readonly number[], all: boolean, blur = noBlur): number[] {
    const { placement } = this.#trail;
    const width = hosts.length;
    this.#grow(domains.length, width);
    const prices = this.#prices;
    const waiting: number[] = [];
    const left: number[] = [];
    for (let i = 0; i < domains.length; i++) {
      const domain = domains[i] ?? 0;
      for (let j = 0; j < width; j++)
        prices[i * width + j] = placement.insertion(domain, hosts[j] ?? 0) + blur();
      this.#rank(i, width);
      waiting.push(i);
    }
    while (waiting.length > 0) {
      let [chosen, widest] = [-1, Number.NEGATIVE_INFINITY];
      for (let w = 0; w < waiting.length; w++) {
        const row = waiting[w] ?? 0;
        if ((this.#first[row] ?? -1) < 0) {
          left.push(domains[row] ?? 0);
          if (all) return left;
          waiting[w] = waiting[waiting.length - 1] ?? 0;
          waiting.length--;
          w--;
          continue;
        }
        const [least, second] = [this.#least[row] ?? 0, this.#second[row] ?? 0];
        // What has one place only goes first, the most costly of such first.
        const regret = second === Number.POSITIVE_INFINITY ? 1e300 : second - least;
        if (regret > widest) {
          chosen = w;
          widest = regret;
        }
      }
      if (chosen < 0) break;
      const row = waiting[chosen] ?? 0;
      waiting[chosen] = waiting[waiting.length - 1] ?? 0;
      waiting.length--;
      const at = this.#first[row] ?? 0;
      const host = hosts[at] ?? 0;
      this.#trail.put(domains[row] ?? 0, host);
      for (let w = 0; w < waiting.length; w++) {
        const i = waiting[w] ?? 0;
        const cell = i * width + at;
        if (prices[cell] === Number.POSITIVE_INFINITY) continue;
        const price = placement.insertion(domains[i] ?? 0, host) + blur();
        prices[cell] = price;
        this.#rank(i, width);
      }
    }
    return left;
  }

  #rank(row: number, width: number): void {
    let first = -1;
    let least = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    const prices = this.#prices;
    for (let j = 0, at = row * width; j < width; j++, at++) {
      const price = prices[at] ?? 0;
      if (price < least) {
        second = least;
        least = price;
        first = j;
      } else if (price < second) second = price;
    }
    this.#first[row] = first;
    this.#least[row] = least;
    this.#second[row] = second;
  }

  #grow(rows: number, width: number): void {
    if (this.#prices.length < rows * width) this.#prices = new Float64Array(rows * width * 2);
    if (this.#first.length >= rows) return;
    this.#first = new Int32Array(rows * 2);
    this.#least = new Float64Array(rows * 2);
    this.#second = new Float64Array(rows * 2);
  }
}

const noBlur = () => 0;
