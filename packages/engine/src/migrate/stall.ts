import type { Env } from '../env.ts';

/** Notices that nothing is copied any more: the link is dead, or an answer never came. */
export class Stall {
  /** Rejects then. Never resolves, and stays as it is once `over` is aborted. */
  readonly stalled: Promise<never>;
  readonly #env: Env;
  #counted = '';
  #sinceMs: number;

  constructor(env: Env, over: AbortSignal) {
    this.#env = env;
    this.#sinceMs = env.monotonicMs();
    this.stalled = this.#look(over);
    // A move that fails otherwise leaves nobody to hear it.
    this.stalled.catch(() => undefined);
  }

  /** What libvirt counts just now. */
  seen(counted: string): void {
    if (counted === this.#counted) return;
    this.#counted = counted;
    this.#sinceMs = this.#env.monotonicMs();
  }

  async #look(over: AbortSignal): Promise<never> {
    const { answerMs } = this.#env;
    for (;;) {
      const leftMs = this.#sinceMs + answerMs - this.#env.monotonicMs();
      if (leftMs <= 0) throw new Error(`nothing was copied for ${Math.round(answerMs / 1000)} s`);
      await this.#env.delay(leftMs, over).catch(() => NEVER);
    }
  }
}

const NEVER = new Promise<never>(() => undefined);
