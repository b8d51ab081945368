import type { Entry, MoveEvent, Phase } from '@virt-ferry/engine';
import { moveDisplay } from '../display/display.ts';
import { oneLine } from '../display/printable.ts';
import { phaseText } from '../display/text.ts';
import { ExitCode, exitCodeOfResult, UsageError } from '../errors.ts';
import { type Io, tell } from '../io.ts';
import { openText } from '../open-operations.ts';
import { withEngine } from '../with-engine.ts';
import { unknownOperation } from './operations.ts';

const POLL_MS = 200;

/**
 * `ferry watch ID`: follows a move that another process drives, through the journal, to its end; or until nobody drives
 * it any more.
 */
export function run(id: string, options: { readonly json?: boolean }, io: Io): Promise<number> {
  return withEngine(io, async (engine, env) => {
    const first = await env.journal.operation(id);
    if (!first) throw (await env.journal.runs.run(id)) ? unwatchedRun(id) : unknownOperation(id);
    const { domain, source, destination } = first;
    const display = await moveDisplay(io, options.json ?? false);
    try {
      display.event({ type: 'started', operationId: id, domain: domain.name, source, destination });
      let sequence = 0;
      let shownAtMs = -1;
      for (;;) {
        // Asked first: when it has ended, all its entries are there to be read.
        const operation = await env.journal.operation(id);
        for (const entry of await env.journal.entries(id, sequence)) {
          sequence = entry.sequence;
          const event = eventOf(entry);
          if (event) display.event(event);
        }
        if (operation?.outcome) {
          display.end(operation.outcome);
          return exitCodeOfResult(operation.outcome.result);
        }
        if (operation && (await engine.attendanceOf(operation, env)) === 'left-open') {
          display.close();
          tell(io, oneLine(openText({ operation, attendance: 'left-open' })));
          return ExitCode.uncertain;
        }
        const progress = await env.journal.progress(id);
        if (progress && progress.elapsedMs !== shownAtMs) {
          shownAtMs = progress.elapsedMs;
          display.event({ type: 'progress', ...progress });
        }
        await env.delay(POLL_MS);
      }
    } finally {
      display.close();
    }
  });
}

function unwatchedRun(id: string): UsageError {
  return new UsageError(`${id} is a run of many moves: see ferry show ${id}, and ferry status for its moves`);
}

/** What a journal entry would have told someone who was there. */
function eventOf({ kind, step, data }: Entry): MoveEvent | null {
  // A cancelled Finish or Confirm is a roll-back, not progress.
  if (kind === 'intent' && step in phaseText && data.cancelled !== true)
    return { type: 'phase', phase: step as Phase };
  if (kind === 'note' && step === 'notice') return { type: 'notice', message: String(data.message) };
  return null;
}
