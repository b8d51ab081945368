import type { Plan } from '@virt-ferry/fleet';
import { planText } from '../display/plan.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine } from '../io.ts';
import type { FleetOptions } from './running.ts';

/** Prints a plan; the exit code says whether everything finds a place. */
export function showPlan(
  plan: Plan,
  { json, explain }: Pick<FleetOptions, 'json' | 'explain'>,
  io: Io,
): number {
  if (json) printJson(io, plan);
  else printLine(io, planText(plan, explain ?? false));
  return plan.unplaced.length > 0 ? ExitCode.blocked : ExitCode.done;
}
