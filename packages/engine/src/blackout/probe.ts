/** Asks the guest again and again whether it is there. */
export interface Probe {
  /** When answers came, on the probe's own clock, in milliseconds. */
  readonly answeredAtMs: readonly number[];
  stop(): Promise<void>;
}
