import { z } from 'zod';
import { FleetError } from '../errors.ts';
import type { PlanRequest } from '../make-plan.ts';
import type { Plan } from '../plan.ts';

/** A plan as it is kept, and what it was made for. */
export interface SavedPlan {
  readonly request: PlanRequest;
  readonly plan: Plan;
}

const name = z.string().min(1);
const share = z.number().nonnegative();
const seconds = z.number().nonnegative();

const request = z.discriminatedUnion('goal', [
  z.strictObject({ goal: z.literal('evacuate'), hosts: z.array(name).min(1) }),
  z.strictObject({
    goal: z.literal('restore'),
    former: z.array(z.strictObject({ domain: name, host: name })),
  }),
  z.strictObject({ goal: z.literal('balance'), threshold: share, leastGain: share }),
  z.strictObject({ goal: z.literal('consolidate'), headroom: share, surviveOne: z.boolean() }),
]);

const move = z.strictObject({
  ...{ id: name, domain: name, from: name, to: name, after: z.array(name) },
  ...{ startS: seconds, endS: seconds, bytes: z.number().nonnegative(), reason: z.string() },
});

const plan = z.strictObject({
  goal: z.enum(['evacuate', 'restore', 'balance', 'consolidate']),
  moves: z.array(move),
  ...{ makespanS: seconds, lowerBoundS: seconds },
  unplaced: z.array(z.strictObject({ domain: name, reason: z.string() })),
  score: z.strictObject({ name, before: z.number(), after: z.number(), bound: z.number().optional() }),
  notes: z.array(z.string()),
});

const saved = z
  .strictObject({ version: z.literal(1), request, plan })
  .refine((one) => one.request.goal === one.plan.goal, {
    message: 'the plan is for another goal than it was asked for',
  });

/** A plan as a file holds it. */
export function planFile({ request: asked, plan: made }: SavedPlan): string {
  return `${JSON.stringify({ version: 1, request: asked, plan: made }, null, 2)}\n`;
}

/** Reads a plan from a file. Throws a FleetError, `plan`, with the place and what is wrong there. */
export function readPlan(text: string, path: string): SavedPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FleetError('plan', `${path} is no plan: it is no JSON`, { cause });
  }
  const read = saved.safeParse(value);
  if (read.success) return read.data as SavedPlan;
  const [first] = read.error.issues;
  const place = first?.path.join('.') || 'the file';
  throw new FleetError('plan', `${path} is no plan of ferry … --dry-run --plan: ${place}: ${first?.message}`);
}
