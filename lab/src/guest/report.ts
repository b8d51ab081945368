import { z } from 'zod';

/** One thing that the workload rewrites and verifies. */
export interface StoreReport {
  readonly bytes: number;
  /** What it was told to write; `null`: as much as it can. */
  readonly rateBytesPerS: number | null;
  readonly bytesWritten: number;
  readonly passes: number;
  readonly unitsVerified: number;
  /** Units that did not hold what was last written to them. */
  readonly errors: number;
}

/** What a guest did since the last `reset`. Work lost is what it does undisturbed in `outsideMs`, less what it did. */
export interface SinceReset {
  /** By the guest's clock, and by ours. */
  readonly ownMs: number;
  readonly outsideMs: number;
  /** Written, in whole pages and blocks, whatever the pattern. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

/** What a guest's workload says of itself: see lab/image/workload/main.c. */
export interface GuestReport {
  readonly uptimeS: number;
  /** The guest's wall clock. */
  readonly clockMs: number;
  readonly memory: StoreReport;
  readonly disk: StoreReport;
  /** The longest gap that the guest saw in its own clock since the last `reset`. */
  readonly worstStallMs: number;
  /**
   * How far the guest's clock fell behind ours since the last `reset`: the time it stood still. Under TCG a paused
   * guest's clock stands still too, so a pause shows here and not among the stalls. `null` before the first reset.
   */
  readonly lostMs: number | null;
  /** `null` before the first reset. */
  readonly sinceReset: SinceReset | null;
  readonly stalls: readonly { readonly atS: number; readonly ms: number }[];
}

const storeSchema: z.ZodType<StoreReport> = z.object({
  bytes: z.number(),
  rateBytesPerS: z.number().nullable(),
  bytesWritten: z.number(),
  passes: z.number(),
  unitsVerified: z.number(),
  errors: z.number(),
});

export const reportSchema: z.ZodType<GuestReport> = z.object({
  uptimeS: z.number(),
  clockMs: z.number(),
  memory: storeSchema,
  disk: storeSchema,
  worstStallMs: z.number(),
  lostMs: z.number().nullable(),
  sinceReset: z
    .object({ ownMs: z.number(), outsideMs: z.number(), memoryBytes: z.number(), diskBytes: z.number() })
    .nullable(),
  stalls: z.array(z.object({ atS: z.number(), ms: z.number() })).max(32),
});
