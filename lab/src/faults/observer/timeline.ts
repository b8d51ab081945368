import type { Interval } from './interval.ts';

/** What QEMU answers to `query-status`. */
export interface Status {
  /** QEMU's word: `running`, `paused`, `inmigrate`, `postmigrate`, `prelaunch` … */
  readonly status: string;
  readonly running: boolean;
}

interface Open {
  readonly fromMs: number;
  readonly earliestFromMs: number;
  /** The last moment at which it is proven to have run. */
  readonly provenMs: number;
  /** Told by SHUTDOWN that it ends: from then on nothing proves that it runs. */
  readonly isEnding: boolean;
}

/**
 * What is known of one QEMU, from what it tells (its events, dated by itself) and what is seen of its process:
 *
 *     unknown ──answered──► stopped ◄──STOP / RESUME──► runs ──gone──► over
 *
 * Each answer to `query-status` is held against the events. One may overtake the other by a moment, so it takes two
 * answers in a row to contradict them; then the answer is believed, and a problem recorded.
 */
export class Timeline {
  readonly host: string;
  readonly pid: number;
  readonly intervals: Interval[] = [];
  readonly problems: string[] = [];
  readonly #firstSeenMs: number;
  #status: string | null = null;
  #open: Open | null = null;
  /** When an answer last agreed with the events. */
  #agreedMs: number;
  #isDoubted = false;

  constructor(host: string, pid: number, firstSeenMs: number) {
    this.host = host;
    this.pid = pid;
    this.#firstSeenMs = firstSeenMs;
    this.#agreedMs = firstSeenMs;
  }

  get isRunning(): boolean {
    return this.#open !== null;
  }

  /** QEMU's last word on its state; `null` before it ever answered. */
  get status(): string | null {
    return this.#status;
  }

  /** An answer to `query-status`. */
  answered({ status, running }: Status, atMs: number): void {
    const isFirst = this.#status === null;
    this.#status = status;
    if (isFirst) {
      this.#agreedMs = atMs;
      if (running) this.#begin(atMs, this.#firstSeenMs);
      return;
    }
    if (running === this.isRunning) {
      this.#agreedMs = atMs;
      this.#isDoubted = false;
    } else if (!this.#isDoubted) {
      this.#isDoubted = true;
    } else {
      this.#isDoubted = false;
      const told = this.isRunning ? 'it runs' : 'it does not run';
      this.#problem(`says that it is ${status}, while its events told that ${told}`);
      if (running) this.#begin(atMs, this.#agreedMs);
      else this.#end(this.#agreedMs, atMs);
      this.#agreedMs = atMs;
    }
  }

  /** An event, at the time that QEMU gave it. */
  event(name: string, atMs: number): void {
    this.#isDoubted = false;
    if (name === 'RESUME' || name === 'WAKEUP') {
      if (this.isRunning) this.#problem(`told ${name} while it ran`);
      else this.#begin(atMs, atMs);
    } else if (name === 'STOP' || name === 'SUSPEND') {
      if (!this.isRunning) this.#problem(`told ${name} while it did not run`);
      this.#end(atMs, atMs);
    } else if (name === 'SHUTDOWN' && this.#open) {
      this.#open = { ...this.#open, provenMs: atMs, isEnding: true };
    }
  }

  /** Its process is there, and so is its monitor. */
  alive(atMs: number): void {
    if (this.#open && !this.#open.isEnding) this.#open = { ...this.#open, provenMs: atMs };
  }

  /** Its process is gone, and was at that time at the latest. */
  gone(atMs: number): void {
    this.#status = 'gone';
    if (this.#open) this.#end(this.#open.provenMs, atMs);
  }

  /** All intervals; one that is still open ends with `null`. */
  all(): Interval[] {
    if (!this.#open) return [...this.intervals];
    const { fromMs, earliestFromMs } = this.#open;
    const { host, pid } = this;
    return [...this.intervals, { host, pid, fromMs, toMs: null, earliestFromMs, latestToMs: null }];
  }

  #begin(fromMs: number, earliestFromMs: number): void {
    this.#open = { fromMs, earliestFromMs, provenMs: fromMs, isEnding: false };
  }

  #end(toMs: number, latestToMs: number): void {
    if (!this.#open) return;
    const { fromMs, earliestFromMs } = this.#open;
    const { host, pid } = this;
    // An answer may arrive later than what it says was true; then the end that QEMU dated comes before our beginning.
    const start = Math.min(fromMs, toMs);
    this.intervals.push({ host, pid, fromMs: start, toMs, earliestFromMs, latestToMs });
    this.#open = null;
  }

  #problem(what: string): void {
    this.problems.push(`QEMU ${this.pid} on ${this.host} ${what}`);
  }
}
