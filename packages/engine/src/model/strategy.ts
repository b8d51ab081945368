// How a guest is moved, as it was chosen for it.

/** How a guest is moved that goes on writing to its memory meanwhile. */
export interface Strategy {
  /** Only what has changed in a page is sent again (xbzrle), out of a cache of that size; `null`: whole pages are. */
  readonly differences: { readonly cacheBytes: number } | null;
  /** All that is sent is compressed (zstd), over so many connections; `null`: it goes as it is. */
  readonly compression: { readonly connections: number } | null;
  readonly holdBack: HoldBack;
  /** How long the pause may be. */
  readonly limits: DowntimeLimits;
  /** Why it is so, a sentence each. */
  readonly reasons: readonly string[];
  readonly rejected: readonly Rejected[];
}

/** How a guest is held back that writes faster than its memory is sent, so far as that is needed. */
export type HoldBack =
  | { readonly kind: 'none' }
  /** By Ferry, in thin slices of time, through the control group of its vCPUs on the source. */
  | { readonly kind: 'slices' }
  /** By QEMU, from this share of the time on, by so much more with each pass (auto-converge), in per cent. */
  | { readonly kind: 'auto-converge'; readonly initialPercent: number; readonly incrementPercent: number };

export interface DowntimeLimits {
  /** What is accepted. */
  readonly maxMs: number;
  /** QEMU's limit at first: while what remains shrinks, a shorter pause is waited for. */
  readonly firstMs: number;
}

/** A way that was thought of, and not taken. */
export interface Rejected {
  readonly way: string;
  readonly why: string;
}
