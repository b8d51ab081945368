import { type Io, printJsonLine, tell } from '../io.ts';
import type { MoveDisplay } from './move-display.ts';
import { plainDisplay } from './plain.ts';

/** One event a line, the outcome last. */
function jsonDisplay(io: Io): MoveDisplay {
  return {
    event: (event) => printJsonLine(io, event),
    say: (text) => tell(io, text),
    end: (outcome, recovery) => printJsonLine(io, { type: 'outcome', ...outcome, ...recovery }),
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
