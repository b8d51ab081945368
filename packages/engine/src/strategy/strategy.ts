/**
 * Chooses how a guest is moved, from what is known of it and what its hosts can do. Each way is gone through in thought
 * (forecast/simulate.ts); the gentlest that gets done in good time is taken:
 *
 *   as it is ──► only differences of pages ──► compressed ──► held back, in thin slices or by QEMU
 */
import type { Policy } from '../control/policy.ts';
import { imagine, type Prospect } from '../forecast/forecast.ts';
import type { Imaginary } from '../forecast/simulate.ts';
import type { HoldBack, MemoryProfile, Rejected, Strategy } from '../model.ts';
import { compressedFactor, compressionPays } from './compression.ts';
import { cacheFor, differencesFactor, differencesPay } from './differences.ts';
import { autoConvergeAt, cpuShareOf, leastShareOf, RESERVE, throttleOf, USUAL } from './hold-back.ts';
import type { Means } from './means.ts';
import { inNoWay, reasonFor } from './reasons.ts';

/** What is done about a guest. */
export type Measures = Pick<Strategy, 'differences' | 'compression' | 'holdBack'>;

/** A way to move a guest. */
export interface Way {
  readonly name: 'as-it-is' | 'differences' | 'compressed' | 'held-back';
  readonly strategy: Measures;
  readonly imagined: Imaginary;
}

/** A gentler way may take so much longer than the quickest. */
const PATIENCE = 1.3;

/** While what remains shrinks, a pause as short as this is waited for: what few connections notice. */
const FIRST_LIMIT_MS = 30;

/** All of memory once, and a little that is left. */
const QUIET_PASSES = 2;

/** Of a move without its policy, which follows from what is chosen. */
export type Outlook = Omit<Prospect, 'policy' | 'throttle'>;

/** Nothing is done. */
export const AS_IT_IS: Strategy = {
  differences: null,
  compression: null,
  holdBack: { kind: 'none' },
  limits: { maxMs: 0, firstMs: 0 },
  reasons: [],
  rejected: [],
};

/** The choice, and what is to be expected of it. */
export function chooseStrategy(outlook: Outlook, means: Means): Strategy {
  const ways = waysFor(outlook, means);
  const done = ways.filter(({ imagined }) => imagined.end !== 'given-up');
  const quickest = Math.min(...done.map(({ imagined }) => imagined.totalMs));
  const chosen = done.find(({ imagined }) => imagined.totalMs <= PATIENCE * quickest) ?? ways.at(-1);
  if (chosen === undefined) throw new Error('there is always the way as it is');
  const others = ways.filter((way) => way !== chosen);
  return {
    ...chosen.strategy,
    // Where the second pass is the last one anyway, there is nothing to wait for.
    limits: limitsFor(chosen.strategy, { ...means, waits: chosen.imagined.passes > QUIET_PASSES }),
    reasons: [done.length > 0 ? reasonFor(chosen) : inNoWay(means), ...means.notes],
    rejected: others.map((way): Rejected => ({ way: reasonFor(way), why: whyNot(way, chosen) })),
  };
}

/** The strategy where the guest could not be looked at: as it is, with something in reserve. */
export function blindStrategy(means: Means): Strategy {
  const strategy = { differences: null, compression: null, holdBack: reserveOf(means) };
  const reasons = ['nothing is known of what the guest writes', ...means.notes];
  return { ...strategy, limits: limitsFor(strategy, means), reasons, rejected: [] };
}

function waysFor(outlook: Outlook, means: Means): Way[] {
  const { memory, path } = outlook;
  const way = (name: Way['name'], done: Partial<Measures>): Way => {
    const strategy = { differences: null, compression: null, holdBack: NOT, ...done };
    return {
      name,
      // What is kept in reserve is not counted on.
      strategy: strategy.holdBack === NOT ? { ...strategy, holdBack: reserveOf(means) } : strategy,
      imagined: imagine(outlook, prospectOf(strategy, outlook, means)),
    };
  };
  const ways = [way('as-it-is', {})];
  const cacheBytes = cacheFor(memory);
  if (differencesPay(memory) && cacheBytes <= means.cacheBytes)
    ways.push(way('differences', { differences: { cacheBytes } }));
  const compression = compressionPays(memory, path.bytesPerS) ? means.compression : null;
  if (compression !== null) ways.push(way('compressed', { compression }));
  const holdBack = holdBackFor(outlook, means);
  if (holdBack.kind !== 'none') ways.push(way('held-back', { compression, holdBack }));
  return ways;
}

const NOT: HoldBack = { kind: 'none' };

/** What holds the guest back if the measurement was wrong, or the guest changes its mind. */
function reserveOf(means: Means): HoldBack {
  if (means.slices) return { kind: 'slices' };
  if (!means.autoConverge) return NOT;
  return means.missesWrites ? USUAL : RESERVE;
}

/** QEMU's auto-converge begins where Ferry's own slices would have ended. */
function holdBackFor(outlook: Outlook, means: Means): HoldBack {
  const slices: HoldBack = { kind: 'slices' };
  if (means.slices || !means.autoConverge || means.missesWrites) return reserveOf(means);
  const { share } = imagine(
    outlook,
    prospectOf({ differences: null, compression: null, holdBack: slices }, outlook, means),
  );
  return share < 1 ? autoConvergeAt(share, cpuShareOf(outlook.memory)) : RESERVE;
}

/** What a strategy means to whoever goes through a move in thought. */
export function prospectOf(
  strategy: Measures,
  { memory, path }: Pick<Outlook, 'memory' | 'path'>,
  means: Means,
): Pick<Prospect, 'policy' | 'throttle'> {
  const limits = limitsFor(strategy, means);
  const policy = policyFor({ ...strategy, limits }, memory, path.bytesPerS, means);
  return { policy, throttle: throttleOf(strategy.holdBack, cpuShareOf(memory)) };
}

/** What a strategy means to whoever controls a move; `memory` null: nothing is known of it. */
export function policyFor(
  { differences, compression, holdBack, limits }: Measures & Pick<Strategy, 'limits'>,
  memory: MemoryProfile | null,
  bytesPerS: number,
  { leastShare, postCopy }: Pick<Means, 'leastShare' | 'postCopy'>,
): Omit<Policy, 'dirtied'> {
  return {
    maxDowntimeMs: limits.maxMs,
    firstDowntimeMs: limits.firstMs,
    postCopy,
    minShare: Math.max(leastShareOf(holdBack, cpuShareOf(memory)), leastShare),
    autoConverge: holdBack.kind === 'auto-converge',
    usedBytes: memory?.usedBytes ?? null,
    sendFactor:
      compression === null || memory === null ? 1 : compressedFactor(memory, bytesPerS, compression),
    resendFactor: differences === null || memory === null ? 1 : differencesFactor(memory, bytesPerS),
  };
}

/** What is made smaller is sent so quickly that QEMU takes the wire for slow, and a short limit for nearly nothing. */
function limitsFor(
  { differences, compression }: Measures,
  { maxDowntimeMs: maxMs, missesWrites, waits = true }: Means & { readonly waits?: boolean },
): Strategy['limits'] {
  const short = waits && differences === null && compression === null && !missesWrites;
  return { maxMs, firstMs: short ? Math.min(FIRST_LIMIT_MS, maxMs) : maxMs };
}

function whyNot({ imagined }: Way, chosen: Way): string {
  if (imagined.end === 'given-up') return 'it would not get done';
  const [takes, instead] = [imagined.totalMs, chosen.imagined.totalMs].map((ms) => (ms / 1000).toFixed(1));
  return `it would take ${takes} s instead of ${instead} s`;
}
