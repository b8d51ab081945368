import { z } from 'zod';
import type { Interval, Measure } from './interval.ts';
import type { WatchedHost } from './scan.ts';

/** What an observer is to watch. */
export interface Target {
  readonly guest: { readonly name: string; readonly uuid: string };
  /** Where each of its QEMUs listens, as their hosts see it. */
  readonly socketInHost: string;
  readonly hosts: readonly WatchedHost[];
}

/** All QEMUs of the guest at one moment, and those of them that run vCPUs. */
export interface Now {
  readonly runners: readonly { readonly host: string; readonly pid: number }[];
  /** `status` is QEMU's word; `unknown` where it never answered. */
  readonly qemus: readonly { readonly host: string; readonly pid: number; readonly status: string }[];
}

/** All that was seen from `startMs` to `endMs`, in milliseconds of the wall clock. */
export interface Observation extends Measure {
  readonly startMs: number;
  readonly endMs: number;
  readonly intervals: readonly Interval[];
  /** Contradictions, and what could not be seen. With any of these the rest proves little. */
  readonly problems: readonly string[];
}

const targetSchema: z.ZodType<Target> = z.object({
  guest: z.object({ name: z.string(), uuid: z.string() }),
  socketInHost: z.string(),
  hosts: z.array(z.object({ name: z.string(), network: z.string() })),
});

const processSchema = z.object({ host: z.string(), pid: z.number() });

/** From the parent to the observer. The first is `begin`; each is answered in its turn. */
export const requestSchema = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('begin'), target: targetSchema }),
  z.object({ ask: z.literal('now') }),
  z.object({ ask: z.literal('end') }),
]);
export type Request = z.infer<typeof requestSchema>;

export const nowSchema: z.ZodType<Now> = z.object({
  runners: z.array(processSchema),
  qemus: z.array(processSchema.extend({ status: z.string() })),
});

export const observationSchema: z.ZodType<Observation> = z.object({
  startMs: z.number(),
  endMs: z.number(),
  intervals: z.array(
    processSchema.extend({
      fromMs: z.number(),
      toMs: z.number().nullable(),
      earliestFromMs: z.number(),
      latestToMs: z.number().nullable(),
    }),
  ),
  twoRunnersMs: z.number(),
  twoRunnersAtMostMs: z.number(),
  noneMs: z.number(),
  problems: z.array(z.string()),
});
