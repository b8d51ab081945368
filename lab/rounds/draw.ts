import { seededRandom } from '../src/statistics.ts';
import { faults } from './fault/faults.ts';
import { messagePointsOf, type Point, pointsOf } from './point.ts';
import type { RoundPlan } from './result.ts';
import { type Way, ways, wayText } from './way.ts';

const CANDIDATES = 60;
/** Rounds with one kind of disk. Even, since in a comparison two belong together. */
const IN_A_ROW = 12;
/** How often recovery is killed too. */
const RECOVERY_DIES = 0.2;
/** Its writes, at most. */
const RECOVERY_WRITES = 8;

/**
 * Draws rounds at random, but so that few of them meet much: of some candidates that one is taken which brings most
 * pairs of way, point and fault that were not played yet.
 */
export function drawRounds(count: number, seed: number): RoundPlan[] {
  const random = seededRandom(seed);
  const played = new Map<string, number>();
  const rounds = Array.from({ length: count }, () => {
    const candidates = Array.from({ length: CANDIDATES }, () => drawOne(random));
    const weight = (plan: RoundPlan) =>
      pairsOf(plan).reduce((sum, pair) => sum + 1 / (1 + (played.get(pair) ?? 0)), 0);
    const best = candidates.reduce((a, b) => (weight(b) > weight(a) ? b : a));
    for (const pair of pairsOf(best)) played.set(pair, (played.get(pair) ?? 0) + 1);
    return best;
  });
  return dealtByDisk(rounds);
}

/**
 * A guest lasts as long as its kind of disk is wanted, so they are played some at a time; and not one kind after the
 * other, so that a run that is cut short has played both.
 */
function dealtByDisk(plans: readonly RoundPlan[]): RoundPlan[] {
  const ofKind = (['shared', 'local'] as const).map((disk) => plans.filter(({ way }) => way.disk === disk));
  const deals = Math.ceil(plans.length / IN_A_ROW);
  return Array.from({ length: deals }, (_, deal) =>
    ofKind.flatMap((kind) => kind.slice(deal * IN_A_ROW, (deal + 1) * IN_A_ROW)),
  ).flat();
}

function drawOne(random: () => number): RoundPlan {
  const way = pick(ways, random);
  const point = pick(pointsOf(way), random);
  const fault = pick(faultsAt(way, point), random);
  const dies = random() < RECOVERY_DIES;
  return {
    tool: 'ferry',
    way,
    point: point.name,
    fault: fault.name,
    recoveryDiesAt: dies ? Math.floor(random() * RECOVERY_WRITES) : null,
  };
}

/** What virsh can't be compared in: it has no journal, no clock, and no recovery that another could run. */
const onlyFerrys = /^(ferry-stopped|journal-.*|destination-disk-full|clock-.*|call-.*|answer-.*)$/;

/** Draws rounds that both tools play, one after the other. */
export function drawComparison(count: number, seed: number): RoundPlan[] {
  const random = seededRandom(seed);
  const plans = Array.from({ length: count }, () => {
    const way = pick(ways, random);
    const point = pick(messagePointsOf(way), random).name;
    const fault = pick(
      faults.filter(({ name }) => !onlyFerrys.test(name)),
      random,
    ).name;
    return { way, point, fault, recoveryDiesAt: null };
  });
  return dealtByDisk(
    plans.flatMap((plan) => [
      { ...plan, tool: 'virsh' },
      { ...plan, tool: 'ferry' },
    ]),
  );
}

/** The faults that make sense at a point. */
function faultsAt(way: Way, { next }: Point) {
  const procedure = next && { at: 'alpha' as const, number: next.number };
  return faults.filter(({ fits }) => fits?.({ way, procedure }) ?? true);
}

function pairsOf({ way, point, fault }: RoundPlan): string[] {
  const { drive, method, disk } = way;
  const how = wayText(way);
  return [
    `${how}|${point}`,
    `${how}|${fault}`,
    `${point}|${fault}`,
    `${drive} ${method}|${point}|${fault}`,
    `${disk}|${fault}`,
  ];
}

function pick<T>(all: readonly T[], random: () => number): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
}
