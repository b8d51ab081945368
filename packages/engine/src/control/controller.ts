import type { TracedPass } from '../model.ts';
import { decide } from './decide.ts';
import type { Action, Policy, Situation } from './policy.ts';

/** What a controller sees of a move that runs. */
export interface Sights {
  /** The passes so far. */
  passes(): readonly TracedPass[];
  /** What the wire carries. */
  bytesPerS(): number;
}

/** How it acts. Each rejects where that could not be done. */
export interface Controls {
  limitDowntime(action: Action & { name: 'limit-downtime' }): Promise<void>;
  holdBack(action: Action & { name: 'throttle' }): Promise<void>;
  startPostCopy(action: Action & { name: 'start-post-copy' }): Promise<void>;
  /** Says why; the move ends then. */
  giveUp(action: Action & { name: 'give-up' }): void;
}

/** Steers a move that runs: asks {@link decide} once a pass, and does what it says. */
export class Controller {
  #policy: Policy;
  readonly #sights: Sights;
  readonly #controls: Controls;
  #limitMs: number;
  #share = 1;
  #postCopyStarted = false;
  #decided = 0;
  #acting = false;

  constructor(policy: Policy, sights: Sights, controls: Controls) {
    this.#policy = policy;
    this.#sights = sights;
    this.#controls = controls;
    this.#limitMs = policy.firstDowntimeMs;
  }

  /** To be told after each look at the move. */
  async looked(): Promise<void> {
    const passes = this.#sights.passes();
    const latest = passes.at(-1);
    if (latest === undefined || this.#acting || latest.number <= this.#decided) return;
    const number = latest.number;
    this.#acting = true;
    try {
      this.#decided = number;
      await this.#act(decide(this.#situation([...passes.slice(0, -1), latest]), this.#policy));
    } finally {
      this.#acting = false;
    }
  }

  #situation(passes: Situation['passes']): Situation {
    const bytesPerS = this.#sights.bytesPerS();
    return {
      passes,
      bytesPerS,
      limitMs: this.#limitMs,
      share: this.#share,
      postCopyStarted: this.#postCopyStarted,
    };
  }

  async #act(action: Action): Promise<void> {
    switch (action.name) {
      case 'limit-downtime':
        await this.#controls.limitDowntime(action);
        this.#limitMs = action.limitMs;
        return;
      case 'throttle':
        try {
          await this.#controls.holdBack(action);
          this.#share = action.share;
        } catch (error) {
          // The host won't let it the next time either.
          this.#policy = { ...this.#policy, minShare: 1 };
          throw error;
        }
        return;
      case 'give-up':
        this.#controls.giveUp(action);
        return;
      case 'start-post-copy':
        await this.#controls.startPostCopy(action);
        this.#postCopyStarted = true;
        return;
      case 'go-on':
        return;
      default:
        action satisfies never;
    }
  }
}
