import type { Acceptance } from './acceptance.ts';
import { Best } from './best.ts';
import { type Limit, Meter } from './limit.ts';
import { eject } from './moves/eject.ts';
import type { Proposer } from './moves/proposer.ts';
import { push } from './moves/push.ts';
import { ruin } from './moves/ruin.ts';
import { shift } from './moves/shift.ts';
import { swap } from './moves/swap.ts';
import type { Placement } from './placement.ts';
import type { Problem } from './problem.ts';
import type { Random } from './random.ts';
import { Regret } from './regret.ts';
import { Trail } from './trail.ts';

const RECOMPUTE_EVERY = 1 << 16;

/** How often each kind of proposal is made. */
export const usualShares = { shift: 0.25, swap: 0.25, eject: 0.02, push: 0.08, ruin: 0.4 } as const;
export type Shares = Readonly<Record<keyof typeof usualShares, number>>;

export interface SearchOptions {
  readonly random: Random;
  readonly limit: Limit;
  readonly acceptance: Acceptance;
  readonly shares?: Shares;
  /** The domains that proposals begin with; all that may be moved where not given. */
  readonly movable?: Int32Array;
  /** Is told of each new best cost. */
  readonly onBest?: (cost: number, spent: number) => void;
}

/**
 * Betters a placement until the limit is reached: proposes, takes or takes back, remembers the best, and leaves the
 * placement as that was. Returns its cost.
 */
export function search(placement: Placement, options: SearchOptions): number {
  const { random, limit, acceptance, shares = usualShares, onBest } = options;
  const { movable = placement.problem.movable } = options;
  if (movable.length === 0 || placement.problem.hostCount < 2) return placement.cost();
  const trail = new Trail(placement);
  const regret = new Regret(trail);
  const workspace = { trail, random, regret, movable, sizes: sizesOf(placement.problem) };
  const proposers = proposersOf(shares);
  const meter = new Meter(limit);
  const best = new Best(placement.hostOf, placement.cost());
  let cost = best.cost;
  for (let step = 1; meter.goesOn(); step++) {
    if (step % RECOMPUTE_EVERY === 0) {
      placement.recompute();
      cost = placement.cost();
    }
    const proposer = draw(proposers, random.next());
    if (!proposer(workspace)) continue;
    const next = placement.cost();
    if (!acceptance.accepts(next, cost, meter.spent())) {
      trail.undo();
      continue;
    }
    cost = next;
    if (best.follow(trail.touched(), placement.hostOf, cost)) onBest?.(cost, meter.spent());
    trail.keep();
  }
  restore(placement, best);
  return placement.cost();
}

type Drawn = readonly { readonly upTo: number; readonly proposer: Proposer }[];

function proposersOf(shares: Shares): Drawn {
  const all = { shift, swap, eject, push, ruin };
  let upTo = 0;
  return (Object.keys(all) as (keyof Shares)[]).map((name) => {
    upTo += shares[name];
    return { upTo, proposer: all[name] };
  });
}

function draw(proposers: Drawn, number: number): Proposer {
  for (const { upTo, proposer } of proposers) if (number < upTo) return proposer;
  return shift;
}

/** The largest share of a mean host's capacity that a domain wants of any resource. */
function sizesOf({ domainCount, hostCount, resources, demand, capacity }: Problem): Float64Array {
  const mean = new Float64Array(resources);
  for (let at = 0; at < capacity.length; at++) {
    const r = at % resources;
    mean[r] = (mean[r] ?? 0) + (capacity[at] ?? 0) / hostCount;
  }
  const sizes = new Float64Array(domainCount);
  for (let at = 0; at < demand.length; at++) {
    const domain = Math.floor(at / resources);
    const size = (demand[at] ?? 0) / (mean[at % resources] || 1);
    if (size > (sizes[domain] ?? 0)) sizes[domain] = size;
  }
  return sizes;
}

/** Makes the placement the best one again. */
function restore(placement: Placement, best: Best): void {
  const changed = [...best.changed()].filter((domain) => placement.hostOf[domain] !== best.hostOf[domain]);
  for (const domain of changed) placement.remove(domain);
  for (const domain of changed) placement.insert(domain, best.hostOf[domain] ?? 0);
  best.restored();
  placement.recompute();
}
