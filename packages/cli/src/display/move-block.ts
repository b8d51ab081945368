import type { MoveEvent, Phase, Progress } from '@virt-ferry/engine';
import { formatDuration } from '../units/duration.ts';
import type { Colors } from './colors.ts';
import { forecastSummary } from './forecast.ts';
import { widthOf, wrap } from './printable.ts';
import {
  checkSummary,
  figures,
  heading,
  importantFindings,
  phaseText,
  sendingText,
  sent,
  share,
  stage,
  stepText,
} from './text.ts';

const BAR_CELLS_MAX = 40;
const BAR_CELLS_MIN = 5;
/** What stands beside the bar: margin, percent, pass. */
const BESIDE_BAR = '  ' + ' 100 %  pass 100';

/** A line that stays: what was checked, noticed or said. */
interface Remark {
  readonly mark: 'ok' | 'warning' | 'note';
  readonly text: string;
}

/** What is known of a move while one looks at it. */
export interface MoveView {
  readonly title: string;
  readonly phase: Phase | null;
  readonly remarks: readonly Remark[];
  readonly progress: Progress | null;
  /** An image that is sent before the disks that build on it. */
  readonly sending: Sending | null;
}

type Sending = Extract<MoveEvent, { type: 'sending' }>;

export const emptyView: MoveView = { title: '', phase: null, remarks: [], progress: null, sending: null };

export function withEvent(view: MoveView, event: MoveEvent): MoveView {
  switch (event.type) {
    case 'started':
      return { ...view, title: heading(event) };
    case 'phase':
      return { ...view, phase: event.phase, sending: null };
    case 'progress':
      return { ...view, progress: event };
    case 'sending':
      return { ...view, sending: event };
    case 'checked': {
      const warnings = importantFindings(event.report).map((text): Remark => ({ mark: 'warning', text }));
      const summary: Remark = { mark: 'ok', text: `preflight: ${checkSummary(event.report)}` };
      return { ...view, remarks: [...view.remarks, summary, ...warnings] };
    }
    case 'forecast':
      return withRemark(view, forecastSummary(event.forecast));
    case 'notice':
      return withRemark(view, event.message);
    case 'control':
      return withRemark(view, event.reason);
    case 'step':
      return withRemark(view, stepText(event));
    case 'owner':
      return view;
    default:
      return event satisfies never;
  }
}

export function withRemark(view: MoveView, text: string): MoveView {
  return { ...view, remarks: [...view.remarks, { mark: 'note', text }] };
}

/** The block as lines, none of them wider than the terminal. Pure. */
export function moveBlock(view: MoveView, elapsedMs: number, columns: number, colors: Colors): string[] {
  const marks = { ok: colors.green('✔'), warning: colors.yellow('!'), note: colors.blue('i') };
  const marked = (mark: string, text: string, style = (part: string) => part) =>
    wrap(text, columns - 2).map((part, index) => `${index === 0 ? mark : ' '} ${style(part)}`);
  const elapsed = formatDuration(elapsedMs);
  const title = wrap(view.title, columns);
  const fits = widthOf(title.at(-1) ?? '') + 2 + elapsed.length <= columns;
  const head = title.map((line) => colors.bold(line));
  if (fits) head.push(`${head.pop() ?? ''}  ${colors.dim(elapsed)}`);
  else head.push(colors.dim(elapsed));
  const remarks = view.remarks.flatMap(({ mark, text }) =>
    marked(marks[mark], text, mark === 'note' ? colors.dim : undefined),
  );
  const phase = view.phase === null ? [] : marked(colors.cyan('◆'), phaseText[view.phase]);
  const progress =
    view.progress !== null && view.phase === 'perform' ? progressLines(view.progress, columns, colors) : [];
  const sending = view.sending === null ? [] : sendingLines(view.sending, columns, colors);
  return [...head, ...remarks, ...phase, ...sending, ...progress];
}

function sendingLines(sending: Sending, columns: number, colors: Colors): string[] {
  const text = wrap(sendingText(sending), columns - 2).map((line) => `  ${colors.dim(line)}`);
  return [bar(sent(sending), columns, colors), ...text];
}

function progressLines(progress: Progress, columns: number, colors: Colors): string[] {
  const pass = `${bar(share(progress), columns, colors)}  ${stage(progress)}`;
  return [pass, ...joined(figures(progress), columns - 2).map((line) => `  ${colors.dim(line)}`)];
}

/** How much is done, from 0 to 1. */
function bar(part: number, columns: number, colors: Colors): string {
  const cells = Math.max(BAR_CELLS_MIN, Math.min(BAR_CELLS_MAX, columns - BESIDE_BAR.length));
  const full = Math.round(part * cells);
  const percent = `${String(Math.round(part * 100)).padStart(3)} %`;
  return `  ${colors.cyan('█'.repeat(full))}${colors.dim('░'.repeat(cells - full))} ${percent}`;
}

/** As many parts a line as fit, with dots between them. */
function joined(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1) ?? ''} · ${part}`;
    if (lines.length > 0 && widthOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
