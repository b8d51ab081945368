import type { CheckReport, Domain, Forecast, Strategy } from '../model.ts';
import type { StoragePlan } from '../storage/plan.ts';
import type { Descriptions } from '../translate/read.ts';

/** What is to be moved, and what is known of it when the phases begin. */
export interface Plan {
  readonly domain: Domain;
  readonly report: CheckReport;
  readonly storage: StoragePlan;
  readonly strategy: Strategy;
  /** What that rests on; `null` where the guest could not be looked at, or need not be. */
  readonly forecast: Forecast | null;
  /** What the destination is told instead of what the source says; `null`: the same. */
  readonly descriptions: Descriptions | null;
}
