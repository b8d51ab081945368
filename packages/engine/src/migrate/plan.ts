import type { CheckReport, Domain } from '../model.ts';
import type { StoragePlan } from '../storage/plan.ts';
import type { Descriptions } from '../translate/read.ts';

/** What is to be moved, and what is known of it when the phases begin. */
export interface Plan {
  readonly domain: Domain;
  readonly report: CheckReport;
  readonly storage: StoragePlan;
  /** What the destination is told instead of what the source says; `null`: the same. */
  readonly descriptions: Descriptions | null;
}
