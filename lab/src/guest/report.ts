import { z } from 'zod';

/** One thing that the workload rewrites and verifies. */
export interface StoreReport {
  readonly bytes: number;
  readonly rateBytesPerS: number;
  readonly bytesWritten: number;
  readonly passes: number;
  readonly unitsVerified: number;
  /** Units that did not hold what was last written to them. */
  readonly errors: number;
}

/** What a guest's workload says of itself: see lab/image/workload.c. */
export interface GuestReport {
  readonly uptimeS: number;
  /** The guest's wall clock. */
  readonly clockMs: number;
  readonly memory: StoreReport;
  readonly disk: StoreReport;
  /** The longest gap that the guest saw in its own clock. */
  readonly worstStallMs: number;
  /**
   * How far the guest's clock fell behind ours since the last `reset`: the time it stood still. Under TCG a paused
   * guest's clock stands still too, so a pause shows here and not among the stalls. `null` before the first reset.
   */
  readonly lostMs: number | null;
  readonly stalls: readonly { readonly atS: number; readonly ms: number }[];
}

const storeSchema: z.ZodType<StoreReport> = z.object({
  bytes: z.number(),
  rateBytesPerS: z.number(),
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
  stalls: z.array(z.object({ atS: z.number(), ms: z.number() })).max(32),
});
