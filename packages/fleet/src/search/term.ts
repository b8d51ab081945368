import type { Placement } from './placement.ts';

/**
 * One part of what a placement costs, or a rule that it must keep. It follows the placement change by change; a change
 * takes one domain off its host, or puts one that is nowhere onto a host.
 *
 * A rule that can be judged as a domain comes answers Infinity to `insertion`. One that a leaving domain can break
 * counts what is broken at {@link BROKEN} each, which no gain outweighs.
 *
 * Terms that keep their books alike each do so by themselves: behind one function for all of them V8 can't inline what
 * differs, and the search found visibly less in the same time (ROADEF's a1_4: 1.0 % above the reference instead of 0.0).
 */
export interface Term {
  /** What putting this domain, which is nowhere, onto that host would add. */
  insertion(domain: number, host: number): number;
  /** It has been put there. */
  inserted(domain: number, host: number): void;
  /** It has been taken off. */
  removed(domain: number, host: number): void;
  /** What it all costs now. */
  value(): number;
  /** Computes that from nothing, as what is added up in small steps drifts. */
  recompute(): void;
  /** How much of the cost lies with that host: where search looks first. */
  heat?(host: number): number;
}

/** Makes a term for a placement, of which it may keep a reference. */
export type MakeTerm = (placement: Placement) => Term;

/** The price of a broken rule. Whole costs beside it stay exact, as the sum of some hundred is below 2^53. */
export const BROKEN = 1e13;
