import type { Fleet } from '../model/fleet.ts';
import { lateAcceptance } from '../search/acceptance.ts';
import { descend } from '../search/descent.ts';
import { Placement } from '../search/placement.ts';
import { Random } from '../search/random.ts';
import { search } from '../search/search.ts';
import { evenness, type Measure, movesByBytes, peakAboveMean, takingHosts } from './evenness.ts';
import type { Effort, Target } from './result.ts';
import { domainHosts, layUnits } from './units.ts';

export interface BalanceOptions extends Effort {
  /** As long as no host is busier than the mean by more than this share of a host, nothing moves. */
  readonly threshold?: number;
  /** Share of the unevenness that must go, or nothing moves. */
  readonly leastGain?: number;
  readonly measure?: Measure;
}

const LATE = 500;

/** Evens CPU load and memory out over the hosts, for as few bytes as that takes. */
export function balance(fleet: Fleet, options: BalanceOptions): Target {
  const { seed, threshold = 0.1, leastGain = 0.05, measure, ...limit } = options;
  const before = peakAboveMean(fleet, fleet.domains.host);
  const stay = (note: string): Target => ({
    ...{
      goal: 'balance',
      hostOf: fleet.domains.host.slice(),
      reasonOf: () => '',
      unplaced: [],
      notes: [note],
    },
    score: { name: 'busiest host above the mean', before, after: before },
  });
  if (before <= threshold)
    return stay(
      `no host is busier than the mean by more than ${percent(threshold)} of a host: nothing is to be done`,
    );
  const units = layUnits(fleet);
  const even = evenness(fleet, takingHosts(fleet), measure);
  const alone = new Placement(units.problem, [even]).cost();
  const startMs = limit.now?.() ?? 0;
  // Of a fleet that is little used, or has few domains, nothing is worth the usual price of its bytes.
  for (const unevenness of [1, alone]) {
    const price = movesByBytes(fleet, units, measure, unevenness);
    const placement = new Placement(units.problem, [...units.rules, even, price]);
    const random = new Random(seed);
    const part = half(limit, (limit.now?.() ?? 0) - startMs);
    descend(placement, { random, limit: part });
    search(placement, { random, limit: part, acceptance: lateAcceptance(LATE, placement.cost()) });
    if (placement.cost() / alone > 1 - leastGain) continue;
    const hostOf = domainHosts(units, placement.hostOf);
    return {
      ...{ goal: 'balance', hostOf, unplaced: [], notes: [] },
      reasonOf: () => 'evens CPU load and memory out',
      score: { name: 'busiest host above the mean', before, after: peakAboveMean(fleet, hostOf) },
    };
  }
  return stay(`no set of moves takes ${percent(leastGain)} of the unevenness away: nothing is to be done`);
}

/** Two phases share what is left. */
function half({ iterations = 15_000, budgetMs, now }: Omit<Effort, 'seed'>, spentMs: number) {
  return {
    iterations,
    ...(budgetMs === undefined ? {} : { budgetMs: Math.max(0, budgetMs - spentMs) / 2 }),
    ...(now === undefined ? {} : { now }),
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
