/**
 * Numbers that look random and are the same for the same seed: xorshift128 (Marsaglia, "Xorshift RNGs", 2003), seeded by
 * splitmix32.
 */
export class Random {
  readonly #state = new Int32Array(4);

  constructor(seed: number) {
    let s = seed | 0;
    for (let i = 0; i < 4; i++) {
      s = (s + 0x9e3779b9) | 0;
      let z = s ^ (s >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z ^= z >>> 15;
      z = Math.imul(z, 0x735a2d97);
      this.#state[i] = z ^ (z >>> 15) || i + 1;
    }
  }

  /** From 0 to 1, without 1. */
  next(): number {
    const s = this.#state;
    let t = s[3] ?? 0;
    const first = s[0] ?? 0;
    s[3] = s[2] ?? 0;
    s[2] = s[1] ?? 0;
    s[1] = first;
    t ^= t << 11;
    t ^= t >>> 8;
    s[0] = t ^ first ^ (first >>> 19);
    return ((s[0] ?? 0) >>> 0) / 4294967296;
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** One of several, or `undefined` of none. */
  pick<T>(of: ArrayLike<T>): T | undefined {
    return of[this.below(of.length)];
  }

  /** Normally distributed, mean 0 and deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  shuffle(values: number[]): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const [a, b] = [values[i] ?? 0, values[j] ?? 0];
      values[i] = b;
      values[j] = a;
    }
  }
}
