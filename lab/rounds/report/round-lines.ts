import type { RoundResult } from '../result.ts';
import { wayText } from '../way.ts';

/** A round in a line, and what is wrong in a line each. */
export function roundLines(number: number, result: RoundResult): string[] {
  const { plan, met, end, recovered, chosen, noneMs, twoRunnersAtMostMs, wrong, tookMs } = result;
  const verdict = wrong.length > 0 ? '✘' : met ? '✔' : '-';
  const facts = [
    ...(recovered ? [`recovered in ${recovered.ms} ms`] : []),
    ...(chosen === null ? [] : [`the operator chose the ${chosen}`]),
    `nobody ran ${Math.round(noneMs)} ms`,
    ...(twoRunnersAtMostMs > 0 ? [`two at most ${Math.round(twoRunnersAtMostMs)} ms`] : []),
  ];
  const again = plan.recoveryDiesAt === null ? '' : ` + recovery dies at ${plan.recoveryDiesAt}`;
  const what = `${plan.tool} ${wayText(plan.way)} · ${plan.point} · ${plan.fault}${again}`;
  const head = `${verdict} ${String(number).padStart(3)} ${what} → ${end} · ${facts.join(' · ')} (${tookMs} ms)`;
  if (wrong.length === 0) return [head];
  const said = [`said: ${result.said}`, ...(recovered ? [`recover said: ${recovered.said}`] : [])];
  const steps = result.steps.length > 0 ? [`steps: ${result.steps.join(', ')}`] : [];
  return [head, ...[...wrong.map(({ text }) => text), ...said, ...steps].map((line) => `      ${line}`)];
}
