import type { Strategy } from '../model.ts';

/** What the hosts of a move can do, and what its user allows, as far as that decides how the guest is moved. */
export interface Means {
  /** The longest pause that is accepted. */
  readonly maxDowntimeMs: number;
  readonly postCopy: boolean;
  /** Ferry can hold the guest back in thin slices. */
  readonly slices: boolean;
  /** QEMU may hold it back. */
  readonly autoConverge: boolean;
  /** The least share of its speed that the user allows; 0: whatever is needed. */
  readonly leastShare: number;
  /** What the source can spare for a cache of pages. */
  readonly cacheBytes: number;
  /** How both hosts can compress what is sent; `null`: they can't, or the user doesn't allow it. */
  readonly compression: Strategy['compression'];
  /** See control/missed-writes.ts. */
  readonly missesWrites: boolean;
  /** Why something of it can't be done, a sentence each. */
  readonly notes: readonly string[];
}
