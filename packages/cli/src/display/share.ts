import type { ShareProblem, ShareStatus, StepReport } from '@virt-ferry/engine';
import type { ShareWords } from '../language/share/words.ts';
import type { Colors } from './colors.ts';
import { oneLine, widthOf } from './printable.ts';

/** A step, in a line: `beta   done   directory /data`. */
export function stepLine(step: StepReport, hostColumns: number, colors: Colors, words: ShareWords): string {
  const state = words.states[step.state];
  const columns = Math.max(...Object.values(words.states).map(widthOf));
  const paint = {
    ...{ so: colors.dim, 'to-do': colors.blue, done: colors.green, undone: colors.green },
    ...{ failed: colors.red, kept: colors.yellow },
  }[step.state];
  const padded = `${step.host.padEnd(hostColumns)}  ${paint(state)}${' '.repeat(columns - widthOf(state))}`;
  const said = step.said ? `: ${step.said}` : '';
  return oneLine(`${padded}  ${words.step(step)}${said}`);
}

/** A problem, with what helps. */
export function problemLines(problem: ShareProblem, colors: Colors, words: ShareWords): string[] {
  const marks = { blocker: colors.red('✖'), warning: colors.yellow('!'), pass: colors.green('✔') };
  const remedy = problem.severity === 'pass' ? null : words.remedyOf(problem);
  return [
    `${marks[problem.severity]} ${oneLine(words.message(problem))}`,
    ...(remedy === null ? [] : [`  ${colors.dim(words.remedy)} ${oneLine(remedy)}`]),
  ];
}

const order: readonly ShareProblem['severity'][] = ['blocker', 'warning', 'pass'];

/** All that was seen of a share, gravest first, and what that comes to. */
export function statusLines(status: ShareStatus, colors: Colors, words: ShareWords): string[] {
  const items = order.flatMap((severity) => status.items.filter((item) => item.severity === severity));
  return [
    ...items.flatMap((item) => problemLines(item, colors, words)),
    colors.bold(oneLine(words.status(status))),
  ];
}
