import type { MoveEvent } from '@virt-ferry/engine';
import { type Io, tell } from '../io.ts';
import { forecastSummary } from './forecast.ts';
import type { MoveDisplay } from './move-display.ts';
import { oneLine } from './printable.ts';
import {
  checkSummary,
  figures,
  heading,
  importantFindings,
  outcomeLines,
  phaseText,
  sendingText,
  sent,
  share,
  stage,
  stepText,
} from './text.ts';

const BETWEEN_PROGRESS_MS = 1000;

/** Lines for a log: one a phase, and at most one a second while memory is copied. */
export function plainDisplay(io: Io): MoveDisplay {
  let lastProgressAt = Number.NEGATIVE_INFINITY;
  return {
    event(event: MoveEvent) {
      switch (event.type) {
        case 'started':
          tell(io, heading(event));
          return;
        case 'phase':
          tell(io, `${event.phase}: ${phaseText[event.phase]}`);
          return;
        case 'checked':
          tell(io, `preflight: ${checkSummary(event.report)}`);
          for (const line of importantFindings(event.report)) tell(io, line);
          return;
        case 'progress':
          if (io.monotonicMs() - lastProgressAt < BETWEEN_PROGRESS_MS) return;
          lastProgressAt = io.monotonicMs();
          tell(io, `${stage(event)}, ${Math.round(share(event) * 100)} %: ${figures(event).join(' · ')}`);
          return;
        case 'sending':
          if (sent(event) < 1 && io.monotonicMs() - lastProgressAt < BETWEEN_PROGRESS_MS) return;
          lastProgressAt = io.monotonicMs();
          tell(io, `${sendingText(event)}, ${Math.round(sent(event) * 100)} %`);
          return;
        case 'forecast':
          tell(io, forecastSummary(event.forecast));
          return;
        case 'notice':
          tell(io, `note: ${oneLine(event.message)}`);
          return;
        case 'control':
          tell(io, `${event.action}: ${event.reason}`);
          return;
        case 'step':
          tell(io, stepText(event));
          return;
        case 'owner':
          return;
        default:
          event satisfies never;
      }
    },
    say: (text) => tell(io, text),
    end(outcome, recovery) {
      for (const line of outcomeLines(outcome, recovery)) tell(io, line);
    },
    close: () => undefined,
  };
}
