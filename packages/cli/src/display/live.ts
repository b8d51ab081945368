import { createLogUpdate } from 'log-update';
import { type Io, tell } from '../io.ts';
import { colorsFor } from './colors.ts';
import { emptyView, moveBlock, withEvent, withRemark } from './move-block.ts';
import type { MoveDisplay } from './move-display.ts';
import { wrap } from './printable.ts';
import { outcomeLines } from './text.ts';

const REDRAW_MS = 150;
const DEFAULT_COLUMNS = 80;

/** A block that is redrawn in place: what is going on, how far it is, and how long it takes. */
export function liveDisplay(io: Io): MoveDisplay {
  const startedAt = io.monotonicMs();
  const colors = colorsFor(io.err, io.env);
  const draw = createLogUpdate(io.err);
  let view = emptyView;
  let ended = false;
  // The last cell stays free: some terminals begin a new line when it is written.
  const columns = () => (io.err.columns || DEFAULT_COLUMNS) - 1;
  const redraw = () => draw(moveBlock(view, io.monotonicMs() - startedAt, columns(), colors).join('\n'));
  const timer = setInterval(redraw, REDRAW_MS);
  const stop = () => {
    clearInterval(timer);
    if (!ended) draw.done();
    ended = true;
  };
  return {
    event(event) {
      view = withEvent(view, event);
      // Progress comes as often as QEMU is asked; the timer draws it as often as people look.
      if (event.type !== 'progress') redraw();
    },
    say(text) {
      view = withRemark(view, text);
      redraw();
    },
    end(outcome, recovery) {
      view = { ...view, phase: null };
      redraw();
      stop();
      const [headline = '', ...rest] = outcomeLines(outcome, recovery);
      const mark = outcome.result === 'migrated' ? colors.green('✔') : colors.red('✖');
      for (const [index, line] of wrap(headline, columns() - 2).entries())
        tell(io, `${index === 0 ? mark : ' '} ${colors.bold(line)}`);
      for (const line of rest.flatMap((long) => wrap(long, columns(), '  '))) tell(io, line);
    },
    close: stop,
  };
}
