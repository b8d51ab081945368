/** Plays rounds against a lab that is up, in the network of its controller: see script/faults. */
import { parseArgs } from 'node:util';
import { drawRounds } from './draw.ts';
import type { RoundPlan, RoundResult } from './result.ts';
import { playRounds } from './run.ts';
import { openStage } from './stage.ts';
import { ways, wayText } from './way.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string' },
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    way: { type: 'string' },
    point: { type: 'string' },
    fault: { type: 'string' },
    results: { type: 'string' },
  },
});

const stage = await openStage(values.lab ?? '');
const plans = chosen() ?? drawRounds(Number(values.rounds), Number(values.seed));
console.error(`faults: ${plans.length} rounds, seed ${values.seed}`);
let number = 0;
let failed = 0;
try {
  for await (const result of playRounds(stage, plans)) {
    number++;
    if (result.wrong.length > 0) failed++;
    console.log(line(result));
    for (const wrong of result.wrong) console.log(`      ${wrong.text}`);
    if (result.wrong.length > 0) {
      console.log(`      ferry said: ${result.said}; steps: ${result.steps.join(', ') || 'none'}`);
      if (result.recovered) console.log(`      recover said: ${result.recovered.said}`);
    }
  }
} finally {
  await stage.close();
}
console.error(`faults: ${number} rounds, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function line({ plan, met, end, recovered, noneMs, twoRunnersAtMostMs, wrong, tookMs }: RoundResult): string {
  const verdict = wrong.length > 0 ? '✘' : met ? '✔' : '-';
  const recovery = recovered ? ` · recovered in ${recovered.ms} ms` : '';
  const twice = twoRunnersAtMostMs > 0 ? ` · two at most ${Math.round(twoRunnersAtMostMs)} ms` : '';
  const again = plan.recoveryDiesAt === null ? '' : ` + recovery dies at ${plan.recoveryDiesAt}`;
  return `${verdict} ${String(number).padStart(3)} ${wayText(plan.way)} · ${plan.point} · ${plan.fault}${again} → ${end}${recovery} · nobody ran ${Math.round(noneMs)} ms${twice} (${tookMs} ms)`;
}

/** The one round that was named, as often as was asked. */
function chosen(): RoundPlan[] | null {
  const { point, fault, way: text, rounds } = values;
  if (point === undefined || fault === undefined) return null;
  const way = ways.find((one) => wayText(one) === text) ?? ways[0];
  if (!way) return null;
  return Array.from({ length: Number(rounds) }, () => ({ way, point, fault, recoveryDiesAt: null }));
}
