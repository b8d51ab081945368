import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Placement, Random, search, usualAcceptance } from '@virt-ferry/fleet/search';
import { readAssignment, readInstance } from './instance.ts';
import { judge } from './judge.ts';
import { asProblem } from './problem.ts';
import { references } from './references.ts';

export interface RoadefOptions {
  /** A directory of `model_NAME.txt` and `assignment_NAME.txt`. */
  readonly data: string;
  readonly seconds: number;
  readonly seed: number;
  /** The instances to run; all of the directory where none is named. */
  readonly instances: readonly string[];
  readonly json: boolean;
}

/** Each instance by itself, one after another, with the search that `ferry balance` uses. */
export function benchRoadef({ data, seconds, seed, instances, json }: RoadefOptions): void {
  const names = readdirSync(data)
    .flatMap((file) => /^model_(.+)\.txt$/.exec(file)?.[1] ?? [])
    .filter((name) => instances.length === 0 || instances.includes(name))
    .sort();
  if (!json) console.log(`seed ${seed}, ${seconds} s of processor time each\n`);
  if (!json) console.log('| instance | at start | found | reference | (found - reference) / start | rules |');
  if (!json) console.log('| --- | --- | --- | --- | --- | --- |');
  for (const name of names) {
    const instance = readInstance(readFileSync(join(data, `model_${name}.txt`), 'utf8'));
    const start = readAssignment(readFileSync(join(data, `assignment_${name}.txt`), 'utf8'));
    const { problem, terms } = asProblem(instance, start);
    const placement = new Placement(problem, terms);
    const random = new Random(seed);
    search(placement, {
      random,
      limit: { budgetMs: seconds * 1000, now: processorMs },
      acceptance: usualAcceptance(placement, random),
    });
    const before = judge(instance, start, start);
    const { cost, broken } = judge(instance, start, placement.hostOf);
    const reference = references[name] ?? null;
    const gap = reference === null ? null : (cost - reference) / before.cost;
    if (json)
      console.log(JSON.stringify({ name, seed, seconds, start: before.cost, cost, reference, gap, broken }));
    else
      console.log(
        `| ${name} | ${before.cost} | ${cost} | ${reference ?? '-'} | ${gap === null ? '-' : `${(gap * 100).toFixed(3)} %`} | ${broken.length === 0 ? 'all hold' : broken.slice(0, 2).join('; ')} |`,
      );
  }
}

/** Time of this process on a processor, so that others on the machine don't count. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
