// Fleets drawn from a seed, for tests and measurements.
export { type FleetShape, randomFleet } from './random-fleet.ts';
