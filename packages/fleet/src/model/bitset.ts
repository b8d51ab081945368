/** A set of small whole numbers, one bit each. */
export class Bitset {
  readonly size: number;
  readonly #words: Int32Array;

  constructor(size: number) {
    this.size = size;
    this.#words = new Int32Array((size + 31) >>> 5);
  }

  static full(size: number): Bitset {
    const all = new Bitset(size);
    for (let i = 0; i < size; i++) all.add(i);
    return all;
  }

  has(index: number): boolean {
    return (((this.#words[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }

  add(index: number): void {
    this.#words[index >>> 5] = (this.#words[index >>> 5] ?? 0) | (1 << (index & 31));
  }

  delete(index: number): void {
    this.#words[index >>> 5] = (this.#words[index >>> 5] ?? 0) & ~(1 << (index & 31));
  }

  /** Keeps only what is in the other one too. */
  intersect(other: Bitset): void {
    this.#words.forEach((word, i) => {
      this.#words[i] = word & (other.#words[i] ?? 0);
    });
  }

  count(): number {
    let count = 0;
    for (let i = 0; i < this.size; i++) if (this.has(i)) count++;
    return count;
  }
}
