import { writeFileSync } from 'node:fs';
import { checkPlan, type FleetSpec, makePlan, type PlanRequest } from '@virt-ferry/fleet';
import { randomFleet } from '@virt-ferry/fleet/testing';
import { growthPlot, type Took } from './growth.ts';

export interface SyntheticOptions {
  readonly sizes: readonly string[];
  readonly seed: number;
  readonly json: boolean;
  /** A file for the picture of how it grows. */
  readonly plot: string | undefined;
}

/** Plans for made-up fleets of some sizes: how long they take to find, and how good they are. */
export function benchSynthetic({ sizes, seed, json, plot }: SyntheticOptions): void {
  const took: Took[] = [];
  if (!json) {
    console.log(`seed ${seed}\n`);
    console.log(
      '| hosts / domains | goal | s | on a processor, s | moves | makespan / bound | before | after | bound | stays | plan |',
    );
    console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  }
  for (const size of sizes.length > 0 ? sizes : ['1000/20000']) {
    const [hosts = 1000, domains = 20_000] = size.split('/').map(Number);
    const fleet = randomFleet({ hosts, domains, seed, fill: 0.8, skew: 0.4 });
    const cases: [string, PlanRequest][] = [
      ['evacuate 1', { goal: 'evacuate', hosts: ['host-0'] }],
      ['evacuate 5 %', { goal: 'evacuate', hosts: everyTwentieth(fleet) }],
      ['balance', { goal: 'balance' }],
      ['consolidate', { goal: 'consolidate' }],
    ];
    for (const [name, request] of cases) one(size, name, fleet, request);
  }
  if (plot !== undefined) writeFileSync(plot, growthPlot(took));
  if (!json) console.log(`\n${Math.round(process.resourceUsage().maxRSS / 1024)} MiB of memory at most`);

  function one(size: string, name: string, fleet: FleetSpec, request: PlanRequest): void {
    const [began, beganOn] = [performance.now(), process.cpuUsage()];
    const plan = makePlan(fleet, request, { seed, budgetMs: 60_000, now: () => performance.now() });
    const tookS = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(beganOn);
    const processorS = (user + system) / 1e6;
    took.push({ domains: fleet.domains.length, goal: name, processorS });
    const { makespanS, lowerBoundS, score } = plan;
    const broken = checkPlan(fleet, plan);
    const ratio = lowerBoundS === 0 ? 1 : makespanS / lowerBoundS;
    const result = {
      size,
      seed,
      name,
      tookS,
      moves: plan.moves.length,
      ratio,
      score,
      stays: plan.unplaced.length,
    };
    if (json) console.log(JSON.stringify({ ...result, broken }));
    else
      console.log(
        `| ${size} | ${name} | ${tookS.toFixed(2)} | ${processorS.toFixed(2)} | ${result.moves} | ${ratio.toFixed(3)} | ${score.before.toFixed(3)} | ${score.after.toFixed(3)} | ${score.bound ?? '-'} | ${result.stays} | ${broken.length === 0 ? 'holds' : broken[0]} |`,
      );
  }
}

function everyTwentieth({ hosts }: FleetSpec): string[] {
  return hosts.filter((_, index) => index % 20 === 7).map(({ name }) => name);
}
