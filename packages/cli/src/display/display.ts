import type { MoveEvent, Outcome } from '@virt-ferry/engine';
import { type Io, printJsonLine, tell } from '../io.ts';
import { plainDisplay } from './plain.ts';

/** Shows a move as it goes. */
export interface MoveDisplay {
  event(event: MoveEvent): void;
  /** Tells the user something that is no event of the move. */
  say(text: string): void;
  end(outcome: Outcome): void;
  /** Leaves the terminal as it was, whatever happened. */
  close(): void;
}

/** One event a line, the outcome last. */
function jsonDisplay(io: Io): MoveDisplay {
  return {
    event: (event) => printJsonLine(io, event),
    say: (text) => tell(io, text),
    end: (outcome) => printJsonLine(io, { type: 'outcome', ...outcome }),
    close: () => undefined,
  };
}

/** The display that fits: JSON where asked for, a live one on a terminal, plain lines elsewhere. */
export async function moveDisplay(io: Io, json: boolean): Promise<MoveDisplay> {
  if (json) return jsonDisplay(io);
  if (io.err.isTTY !== true || io.env.TERM === 'dumb') return plainDisplay(io);
  const { liveDisplay } = await import('./live.ts');
  return liveDisplay(io);
}
