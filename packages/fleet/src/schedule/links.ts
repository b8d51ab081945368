import type { Fleet } from '../model/fleet.ts';
import type { Job } from './job.ts';

/** A sum of rates that should come out even may not. */
const TOLERANCE = 1e-9;

/** What is free of links, and of the moves that hosts do at once. Each job takes its whole path from start to end. */
export class Links {
  readonly #out: Float64Array;
  readonly #in: Float64Array;
  readonly #slots: Int32Array;
  #core: number;
  #all: number;

  constructor({ hosts, coreBytesPerS, movesAtOnce }: Fleet) {
    this.#out = hosts.outBytesPerS.slice();
    this.#in = hosts.inBytesPerS.slice();
    this.#slots = hosts.movesAtOnce.slice();
    this.#core = coreBytesPerS;
    this.#all = movesAtOnce;
  }

  anyFree(): boolean {
    return this.#all > 0;
  }

  have({ from, to, rateBytesPerS }: Job): boolean {
    const rate = rateBytesPerS * (1 - TOLERANCE);
    return (
      (this.#slots[from] ?? 0) > 0 &&
      (this.#slots[to] ?? 0) > 0 &&
      (this.#out[from] ?? 0) >= rate &&
      (this.#in[to] ?? 0) >= rate &&
      this.#core >= rate &&
      this.#all > 0
    );
  }

  take(job: Job): void {
    this.#change(job, -1);
  }

  give(job: Job): void {
    this.#change(job, 1);
  }

  #change({ from, to, rateBytesPerS }: Job, sign: 1 | -1): void {
    this.#out[from] = (this.#out[from] ?? 0) + sign * rateBytesPerS;
    this.#in[to] = (this.#in[to] ?? 0) + sign * rateBytesPerS;
    this.#slots[from] = (this.#slots[from] ?? 0) + sign;
    this.#slots[to] = (this.#slots[to] ?? 0) + sign;
    this.#core += sign * rateBytesPerS;
    this.#all += sign;
  }
}
