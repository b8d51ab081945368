// What it takes to go through moves in thought: for forecasts, and for bench/policies.
export { decide } from './control/decide.ts';
export type { Action, Policy, Situation } from './control/policy.ts';
export { type Imagined, simulate, type Throttle } from './forecast/simulate.ts';
export { cpuShareOf, throttleOf, USUAL } from './strategy/hold-back.ts';
export type { Means } from './strategy/means.ts';
export { chooseStrategy, prospectOf } from './strategy/strategy.ts';
