/** Plays rounds against a lab that is up, in the network of its controller, and writes what came of them: script/faults. */
import { parseArgs } from 'node:util';
import { captureInHost } from '@virt-ferry/lab';
import { drawComparison, drawRounds } from './draw.ts';
import { comparison } from './report/comparison.ts';
import { matrix, summary } from './report/matrix.ts';
import { appendResult, readResults } from './report/results-file.ts';
import { roundLines } from './report/round-lines.ts';
import { writeSection } from './report/section.ts';
import type { RoundPlan } from './result.ts';
import { playRounds } from './run.ts';
import { hostNames, openStage } from './stage.ts';
import { ways, wayText } from './way.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'default' },
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    /** Against virsh, both tools in turns. */
    compare: { type: 'boolean', default: false },
    /** One round by name, again and again. */
    way: { type: 'string', default: '' },
    point: { type: 'string' },
    fault: { type: 'string' },
    /** At which of its writes recovery is killed too. */
    'recovery-dies-at': { type: 'string' },
    tool: { type: 'string', default: 'ferry' },
    /** Where results are added to, a line each. */
    results: { type: 'string' },
    /** Writes what is in a file of results into the docs, and plays nothing. */
    publish: { type: 'string' },
  },
});

if (values.publish !== undefined) await publish(values.publish);
else process.exitCode = await play();

async function play(): Promise<number> {
  const stage = await openStage(values.lab);
  const plans = plansToPlay();
  console.error(`faults: ${plans.length} rounds, seed ${values.seed}`);
  let [number, failed] = [0, 0];
  try {
    // libvirt makes disks by itself only where a pool is.
    if (values.compare || values.tool === 'virsh') await Promise.all(hostNames.map(makePool));
    for await (const result of playRounds(stage, plans)) {
      number++;
      if (result.wrong.length > 0 && result.plan.tool === 'ferry') failed++;
      for (const line of roundLines(number, result)) console.log(line);
      if (values.results !== undefined) await appendResult(values.results, result);
    }
  } finally {
    await stage.close();
  }
  console.error(`faults: ${number} rounds, ${failed} of Ferry's failed`);
  return failed > 0 ? 1 : 0;
}

async function makePool(host: string): Promise<void> {
  const pool = ['images', 'dir', '--target', '/var/lib/libvirt/images'];
  await captureInHost(values.lab, host, ['virsh', 'pool-create-as', ...pool]);
}

function plansToPlay(): readonly RoundPlan[] {
  const { point, fault, way: text, rounds, seed, compare, 'recovery-dies-at': dies } = values;
  if (point === undefined || fault === undefined) {
    return (compare ? drawComparison : drawRounds)(Number(rounds), Number(seed));
  }
  const way = ways.find((one) => wayText(one) === text);
  if (!way) throw new Error(`no way ${text}; there are: ${ways.map(wayText).join(' | ')}`);
  const tool = values.tool === 'virsh' ? 'virsh' : 'ferry';
  const recoveryDiesAt = dies === undefined ? null : Number(dies);
  return Array.from({ length: Number(rounds) }, () => ({ tool, way, point, fault, recoveryDiesAt }));
}

async function publish(path: string): Promise<void> {
  const results = await readResults(path);
  const compared = results.some(({ plan }) => plan.tool === 'virsh');
  const section = compared ? 'comparison' : 'matrix';
  await writeSection('docs/recovery.md', section, compared ? comparison(results) : summary(results));
  if (!compared) await writeSection('docs/recovery-matrix.md', section, matrix(results));
}
