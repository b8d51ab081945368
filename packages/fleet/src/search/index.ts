// The search by itself: for other costs than those that the goals have.
export { usualAcceptance } from './acceptance.ts';
export type { Limit } from './limit.ts';
export { Placement } from './placement.ts';
export type { Problem } from './problem.ts';
export { Random } from './random.ts';
export { type Shares, search, usualShares } from './search.ts';
export { BROKEN, type MakeTerm, type Term } from './term.ts';
export { apart } from './terms/apart.ts';
export { movePrice } from './terms/move-price.ts';
export { overload } from './terms/overload.ts';
export { spread } from './terms/spread.ts';
