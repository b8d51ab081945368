import type { Env } from '../env.ts';

/** Node's timers can't count further: about 25 days. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Why a rehearsal is taken back where all went well. */
export const REHEARSED = 'the rehearsal is over';

/** Whether the user wants the move stopped, and why: Ctrl-C, `ferry abort`, or a deadline that has passed. */
export class AbortRequest {
  #reason: string | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #timer = new AbortController();
  readonly #signal: AbortSignal;
  readonly #onSignal = () => this.request('asked for by the user');

  /** `elapsedMs`: how much of the deadline had passed before, where this goes on with what another Ferry began. */
  constructor(signal: AbortSignal, deadlineMs: number | null, env: Env, elapsedMs = 0) {
    this.#signal = signal;
    if (signal.aborted) this.#onSignal();
    else signal.addEventListener('abort', this.#onSignal, { once: true });
    if (deadlineMs !== null) {
      const late = () => this.request(`the deadline of ${deadlineMs / 1000} s has passed`);
      const leftMs = Math.max(0, Math.min(deadlineMs - elapsedMs, TIMER_MAX_MS));
      env.delay(leftMs, this.#timer.signal).then(late, () => undefined);
    }
  }

  get requested(): boolean {
    return this.#reason !== null;
  }

  /** For people: why it was aborted. */
  get reason(): string {
    return `aborted: ${this.#reason ?? 'no'}`;
  }

  request(reason: string): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
  }

  throwIfRequested(): void {
    if (this.requested) throw new Error(this.reason);
  }

  onRequest(listener: () => void): void {
    this.#listeners.add(listener);
    if (this.requested) listener();
  }

  offRequest(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  close(): void {
    this.#timer.abort();
    this.#signal.removeEventListener('abort', this.#onSignal);
  }
}
