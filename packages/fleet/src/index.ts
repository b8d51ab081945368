// What plans many moves: its public surface. The search by itself is in ./search.
export { checkPlan } from './check/check-plan.ts';
export { FleetError, type FleetErrorCode } from './errors.ts';
export { readInventory } from './inventory/read.ts';
export { inventoryJsonSchema } from './inventory/schema.ts';
export { makePlan, type PlanRequest } from './make-plan.ts';
export { buildFleet } from './model/build.ts';
export type { Fleet } from './model/fleet.ts';
export type { DomainSpec, FleetSpec, GroupSpec, HostSpec } from './model/spec.ts';
export { decideBalance } from './place/hysteresis.ts';
export { withHost, withHostAway } from './place/what-if.ts';
export type { Plan, PlannedMove } from './plan.ts';
export { planInThread } from './plan-in-thread.ts';
export { type Ended, runPlan } from './run/run-plan.ts';
export { holdsNow } from './saved/holds-now.ts';
export { planFile, readPlan, type SavedPlan } from './saved/read-plan.ts';
export { simulate } from './simulate/simulate.ts';
