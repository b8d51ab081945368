import type { Recovery } from '@virt-ferry/engine';
import { moveDisplay } from '../display/display.ts';
import { ExitCode, exitCodeOfResult } from '../errors.ts';
import { tell } from '../io.ts';
import type { Recovering } from './recovering.ts';

/** Recovers one operation and shows each step; `interrupted`: the user wants no more. */
export async function recoverAndShow(
  id: string,
  { engine, env, io, options, patienceMs, hosts }: Recovering,
): Promise<{ readonly recovery: Recovery; readonly interrupted: boolean }> {
  const display = await moveDisplay(io, options.json ?? false);
  const leaving = new AbortController();
  const offInterrupt = io.onInterrupt(() => {
    if (leaving.signal.aborted) {
      display.close();
      tell(io, `left as it is; go on with: ferry recover ${id}`);
      io.leave(ExitCode.uncertain);
      return;
    }
    const wish = `to abort a move that still goes on: ferry abort ${id}, then ferry recover ${id}`;
    display.say(
      `leaving it as it is after this step, which is no harm; ${wish}; Ctrl-C again leaves at once`,
    );
    leaving.abort();
  });
  try {
    const choice = options.choose ?? null;
    const recovering = engine.recover(id, { patienceMs, choice, hosts }, env, leaving.signal);
    for (;;) {
      const step = await recovering.next();
      if (step.done) {
        const { outcome, open, look } = step.value;
        display.end(outcome, { open, look });
        return { recovery: step.value, interrupted: leaving.signal.aborted };
      }
      display.event(step.value);
    }
  } finally {
    display.close();
    offInterrupt();
  }
}

/** As the move itself would have exited; an operation that stays open is still uncertain. */
export function exitCodeOfRecovery({ outcome, open }: Recovery): number {
  return open ? ExitCode.uncertain : exitCodeOfResult(outcome.result);
}
