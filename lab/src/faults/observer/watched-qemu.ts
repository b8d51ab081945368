import { isGone, stateOf } from '../qemu-process.ts';
import { Monitor } from './qmp.ts';
import type { Found } from './scan.ts';
import { Timeline } from './timeline.ts';

const POLL_MS = 50;
/** A monitor that doesn't greet in that time is tried again. Somebody else may have been before us. */
const GREETING_MS = 1000;
/** A QEMU that hung up but lives on is a problem after this. */
const DYING_MS = 1000;
/** QEMU must be known by then. */
const KNOWN_MS = 5000;

/**
 * One QEMU process: its monitor, connected as soon as it listens and asked again and again, and its end. One that ends
 * before it ever answered did not run: libvirt starts QEMU with -S, and talks to it at length before it lets it go.
 */
export class WatchedQemu {
  readonly timeline: Timeline;
  readonly #path: string;
  readonly #startTicks: string;
  #monitor: Monitor | null = null;
  /** From when on it could have answered: a stopped process (SIGSTOP) can't. */
  #couldAnswerMs: number;
  #dialledMs = 0;
  #askedMs = 0;
  #hungUpMs: number | null = null;
  #goneMs: number | null = null;
  #isReported = false;

  /** `socketInHost`: where its monitor listens, as its host sees it. */
  constructor({ host, pid }: Found, socketInHost: string, nowMs: number) {
    this.timeline = new Timeline(host, pid, nowMs);
    this.#path = `/proc/${pid}/root${socketInHost}`;
    this.#startTicks = stateOf(pid)?.startTicks ?? '';
    this.#couldAnswerMs = nowMs;
  }

  /** Its process is gone, and all that it told was heard. */
  get isOver(): boolean {
    return this.#goneMs !== null && this.#monitor === null;
  }

  /** Whether its state is known, or it is known that it can't be. */
  get isKnown(): boolean {
    return this.timeline.status !== null || this.#isReported || this.isOver;
  }

  /** Looks at the process, and after the monitor. To be called each few milliseconds. */
  look(): void {
    const nowMs = Date.now();
    const { pid } = this.timeline;
    const state = stateOf(pid);
    if (isGone(pid, this.#startTicks, state)) {
      this.#goneMs ??= Date.now();
      // What it told before it died may still wait to be read; then the monitor's end calls us.
      if (this.#monitor === null) this.#finish();
      return;
    }
    if (this.#monitor?.isReady && !state?.isExiting) this.timeline.alive(nowMs);
    if (state?.state === 'T') this.#couldAnswerMs = nowMs;
    else this.#hurry(nowMs);
    if (this.#monitor === null) this.#dial(nowMs);
    else if (nowMs - this.#askedMs >= POLL_MS) {
      this.#askedMs = nowMs;
      this.#monitor.ask();
    }
  }

  /** Asks QEMU now, and waits for an answer. */
  async ask(): Promise<void> {
    this.#monitor?.ask();
    await this.#monitor?.answered();
  }

  /** To be called at the end, while it lives. */
  close(): void {
    if (this.timeline.status === null && !this.#isReported) this.#problem('never told its state');
    this.#monitor?.close();
  }

  /** Does what is due to a monitor that keeps us waiting. */
  #hurry(nowMs: number): void {
    if (this.#hungUpMs !== null && nowMs - this.#hungUpMs > DYING_MS) {
      this.#problem('closed its monitor and lives on');
      this.#hungUpMs = null;
    }
    if (this.timeline.status === null && !this.#isReported && nowMs - this.#couldAnswerMs > KNOWN_MS) {
      this.#isReported = true;
      this.#problem(`did not answer at ${this.#path} within ${KNOWN_MS / 1000} s: its state is not known`);
    }
    if (this.#monitor && !this.#monitor.isReady && nowMs - this.#dialledMs > GREETING_MS)
      this.#monitor.close();
  }

  #dial(nowMs: number): void {
    // It hung up because it ends; or else `hurry` will say so.
    if (this.#hungUpMs !== null) return;
    this.#dialledMs = nowMs;
    const monitor = new Monitor(this.#path, {
      event: (name, atMs) => this.timeline.event(name, atMs),
      status: (status) => this.timeline.answered(status, Date.now()),
      nonsense: (what) => this.#problem(`said on its monitor: ${what}`),
      closed: () => {
        if (monitor.isReady) this.#hungUpMs = Date.now();
        this.#monitor = null;
        if (this.#goneMs !== null) this.#finish();
      },
    });
    this.#monitor = monitor;
  }

  #finish(): void {
    const goneMs = this.#goneMs ?? Date.now();
    // The kernel closes the files of a process when its last thread ends.
    this.timeline.gone(Math.min(goneMs, this.#hungUpMs ?? goneMs) + 1);
  }

  #problem(what: string): void {
    this.timeline.problems.push(`QEMU ${this.timeline.pid} on ${this.timeline.host} ${what}`);
  }
}
