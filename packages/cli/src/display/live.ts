import type { MoveEvent, Phase, Progress } from '@virt-ferry/engine';
import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import { type Io, tell } from '../io.ts';
import { formatDuration } from '../units/duration.ts';
import type { MoveDisplay } from './display.ts';
import { checkSummary, figures, heading, importantFindings, outcomeLines, phaseText, share } from './text.ts';

const REDRAW_MS = 150;
const BAR_CELLS_MAX = 40;
const DEFAULT_COLUMNS = 80;

/** A block that is redrawn in place: what is going on, how far it is, and how long it takes. */
export function liveDisplay(io: Io, nowMs: () => number = () => performance.now()): MoveDisplay {
  const startedAt = nowMs();
  const draw = createLogUpdate(io.err as NodeJS.WriteStream);
  const state: { title: string; phase: Phase | null; done: string[]; progress: Progress | null } = {
    title: '',
    phase: null,
    done: [],
    progress: null,
  };
  const columns = () => io.err.columns ?? DEFAULT_COLUMNS;
  const redraw = () => {
    const lines = [`${pc.bold(state.title)}  ${pc.dim(formatDuration(nowMs() - startedAt))}`, ...state.done];
    if (state.phase) lines.push(`${pc.cyan('◆')} ${phaseText[state.phase]}`);
    if (state.progress && state.phase === 'perform') {
      lines.push(
        `  ${bar(share(state.progress), columns())} pass ${state.progress.iteration}`,
        `  ${pc.dim(figures(state.progress))}`,
      );
    }
    draw(lines.join('\n'));
  };
  const timer = setInterval(redraw, REDRAW_MS);
  return {
    event(event: MoveEvent) {
      if (event.type === 'started') state.title = heading(event);
      if (event.type === 'phase') state.phase = event.phase;
      if (event.type === 'progress') state.progress = event;
      if (event.type === 'checked') {
        state.done.push(`${pc.green('✔')} ${checkSummary(event.report)}`);
        state.done.push(...importantFindings(event.report).map((line) => `${pc.yellow('!')} ${line}`));
      }
      if (event.type === 'notice') state.done.push(`${pc.blue('i')} ${pc.dim(event.message)}`);
      if (event.type !== 'progress') redraw();
    },
    end(outcome) {
      state.phase = null;
      redraw();
      draw.done();
      const [headline = '', ...rest] = outcomeLines(outcome);
      const mark = outcome.result === 'migrated' ? pc.green('✔') : pc.red('✖');
      tell(io, `${mark} ${pc.bold(headline)}`);
      for (const line of rest) tell(io, line);
    },
    close() {
      clearInterval(timer);
      draw.done();
    },
  };
}

function bar(part: number, columns: number): string {
  const cells = Math.max(10, Math.min(BAR_CELLS_MAX, columns - 30));
  const full = Math.round(part * cells);
  return `${pc.cyan('█'.repeat(full))}${pc.dim('░'.repeat(cells - full))} ${String(Math.round(part * 100)).padStart(3)} %`;
}
