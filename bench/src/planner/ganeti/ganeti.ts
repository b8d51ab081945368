import { checkPlan, type FleetSpec, makePlan } from '@virt-ferry/fleet';
import { randomFleet } from '@virt-ferry/fleet/testing';
import { hbal, hbalScore } from './hbal.ts';
import { ganetiText } from './text.ts';

export interface GanetiOptions {
  readonly sizes: readonly string[];
  /** hbal is stopped after so long. */
  readonly seconds: number;
  readonly seed: number;
  readonly json: boolean;
}

/** The same clusters balanced by Ganeti's hbal and by Ferry, with hbal's own score as the judge of both. */
export function benchGaneti({ sizes, seconds, seed, json }: GanetiOptions): void {
  if (!json) {
    console.log(`seed ${seed}, hbal stopped after ${seconds} s\n`);
    console.log('| hosts / domains | at start | hbal | moves | s | ferry | moves | s | plan |');
    console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  }
  for (const size of sizes.length > 0 ? sizes : ['20/200', '50/500', '100/1000']) {
    const [hosts = 20, domains = 200] = size.split('/').map(Number);
    const fleet = skewed(hosts, domains, seed);
    const began = performance.now();
    const plan = makePlan(
      fleet,
      { goal: 'balance', threshold: 0, leastGain: 0, measure: 'ganeti' },
      { seed, budgetMs: 10_000, iterations: 4000, now: () => performance.now() },
    );
    const tookS = (performance.now() - began) / 1000;
    const hostOf = new Map(plan.moves.map(({ domain, to }) => [domain, to]));
    const score = hbalScore(ganetiText(fleet, hostOf));
    const broken = checkPlan(fleet, plan);
    const theirs = hbal(ganetiText(fleet, new Map()), [], seconds);
    const ours = { score, moves: plan.moves.length, tookS, broken };
    if (json) console.log(JSON.stringify({ hosts, domains, seed, hbal: theirs, ferry: ours }));
    else {
      const stopped = theirs.ended ? '' : ' (stopped)';
      console.log(
        `| ${size} | ${hbalScore(ganetiText(fleet, new Map())).toFixed(2)} | ${theirs.scoreAfter.toFixed(3)} | ${theirs.moves} | ${(theirs.tookMs / 1000).toFixed(1)}${stopped} | ${score.toFixed(3)} | ${ours.moves} | ${tookS.toFixed(2)} | ${broken.length === 0 ? 'holds' : broken[0]} |`,
      );
    }
  }
}

/** Clusters as hbal can see them: no groups, pins, zones or local disks; the first hosts have the most. */
function skewed(hosts: number, domains: number, seed: number): FleetSpec {
  const fleet = randomFleet({ hosts, domains, seed, grouped: 0, skew: 1, fill: 0.95 });
  return {
    ...fleet,
    hosts: fleet.hosts.map((host) => ({ ...host, overcommit: 4, has: [] })),
    domains: fleet.domains.map((domain) => ({
      ...domain,
      ...{ localDiskBytes: 0, pinned: false, notMovable: null, needs: [], priority: 0 },
    })),
  };
}
