import type { Placement } from './placement.ts';

/** The steps taken since the last decision, so that they can be taken back. */
export class Trail {
  readonly placement: Placement;
  readonly #domains: number[] = [];
  readonly #hosts: number[] = [];

  constructor(placement: Placement) {
    this.placement = placement;
  }

  /** Takes a domain off its host. */
  lift(domain: number): void {
    this.#domains.push(domain);
    this.#hosts.push(this.placement.hostOf[domain] ?? -1);
    this.placement.remove(domain);
  }

  /** Puts a domain that is nowhere onto a host. */
  put(domain: number, host: number): void {
    this.#domains.push(domain);
    this.#hosts.push(-1);
    this.placement.insert(domain, host);
  }

  /** The domains that were touched, perhaps more than once. */
  touched(): readonly number[] {
    return this.#domains;
  }

  keep(): void {
    this.#domains.length = 0;
    this.#hosts.length = 0;
  }

  undo(): void {
    for (let i = this.#domains.length - 1; i >= 0; i--) {
      const domain = this.#domains[i] ?? 0;
      const host = this.#hosts[i] ?? -1;
      if (host < 0) this.placement.remove(domain);
      else this.placement.insert(domain, host);
    }
    this.keep();
  }
}
