import { quantile } from '../forecast/chance.ts';
import type { Overheads } from '../forecast/forecast.ts';
import type { Measured } from '../model.ts';

/** Two hosts in the lab, over TCP, a guest of 512 MiB: bench/README.md. */
const USUAL: Overheads = { fixedMs: 1200, switchoverMs: 60 };

/** What moves take besides copying, by those that went well. Pure. */
export function overheadsOf(past: readonly Measured[]): Overheads {
  const fixed = past.flatMap(({ outcome, trace }) =>
    outcome.result !== 'migrated' || trace === null ? [] : [outcome.totalMs - trace.memoryMs - trace.diskMs],
  );
  return fixed.length === 0 ? USUAL : { ...USUAL, fixedMs: Math.max(quantile(fixed, 0.5), 0) };
}
