import type { CheckReport, Domain } from '../model.ts';
import type { StoragePlan } from '../storage/plan.ts';

/** What is to be moved, and what is known of it when the phases begin. */
export interface Plan {
  readonly domain: Domain;
  readonly report: CheckReport;
  readonly storage: StoragePlan;
}
