import { setTimeout } from 'node:timers/promises';
import { measure } from './interval.ts';
import type { Now, Observation, Target } from './messages.ts';
import { Scanner } from './scan.ts';
import { WatchedQemu } from './watched-qemu.ts';

const SCAN_MS = 10;
const ANSWER_MS = 500;
/** A stopped QEMU (SIGSTOP) may keep its state to itself for ever. */
const BEGIN_MS = 6000;
/** Should we stand still for longer, a QEMU may have come and gone unseen. */
const BLINK_MS = 1000;

/** Watches all QEMUs of one guest from the moment it is made. */
export class Watch {
  readonly #socketInHost: string;
  readonly #scanner: Scanner;
  readonly #all: WatchedQemu[] = [];
  readonly #problems: string[] = [];
  #live: WatchedQemu[] = [];
  #lookedMs = Date.now();
  #startMs = Date.now();
  #isOn = true;

  constructor({ guest, socketInHost, hosts }: Target) {
    this.#socketInHost = socketInHost;
    this.#scanner = new Scanner(guest, hosts);
  }

  /** Resolves when the state of each QEMU that is there now is known, or can't be; watches on. */
  async begin(): Promise<void> {
    this.#look();
    void this.#goOn();
    const lateMs = Date.now() + BEGIN_MS;
    while (!this.#live.every(({ isKnown }) => isKnown) && Date.now() < lateMs) await setTimeout(SCAN_MS);
    this.#startMs = Date.now();
  }

  /** Who runs at this moment. */
  async now(): Promise<Now> {
    this.#look();
    await this.#askAll();
    const qemus = this.#live.map(({ timeline: { host, pid, status } }) => ({
      host,
      pid,
      status: status ?? 'unknown',
    }));
    const running = this.#live.filter(({ timeline }) => timeline.isRunning);
    return { runners: running.map(({ timeline: { host, pid } }) => ({ host, pid })), qemus };
  }

  /** Looks a last time, and says what was seen. */
  async end(): Promise<Observation> {
    const endMs = Date.now();
    this.#look();
    await this.#askAll();
    this.#isOn = false;
    for (const qemu of this.#live) qemu.close();
    const timelines = this.#all.map(({ timeline }) => timeline);
    const intervals = timelines.flatMap((one) => one.all()).sort((a, b) => a.fromMs - b.fromMs);
    return {
      startMs: this.#startMs,
      endMs,
      intervals,
      ...measure(intervals, this.#startMs, endMs),
      problems: [...this.#problems, ...timelines.flatMap(({ problems }) => problems)],
    };
  }

  async #goOn(): Promise<void> {
    while (this.#isOn) {
      await setTimeout(SCAN_MS);
      const stoodMs = Date.now() - this.#lookedMs;
      if (stoodMs > BLINK_MS) this.#problems.push(`the observer itself stood still for ${stoodMs} ms`);
      this.#look();
    }
  }

  #look(): void {
    this.#lookedMs = Date.now();
    const known = new Set(this.#live.map(({ timeline }) => timeline.pid));
    for (const found of this.#scanner.scan(this.#lookedMs, known)) {
      const qemu = new WatchedQemu(found, this.#socketInHost, this.#lookedMs);
      this.#live.push(qemu);
      this.#all.push(qemu);
    }
    for (const qemu of this.#live) qemu.look();
    this.#live = this.#live.filter(({ isOver }) => !isOver);
  }

  /** One that can't answer (it is stopped, or dies) keeps the state that it had. */
  async #askAll(): Promise<void> {
    const over = new AbortController();
    const answers = Promise.all(this.#live.map((qemu) => qemu.ask()));
    await Promise.race([answers, setTimeout(ANSWER_MS, null, over).catch(() => undefined)]);
    over.abort();
    this.#live = this.#live.filter(({ isOver }) => !isOver);
  }
}
