import type { CheckReport, Domain } from '../model.ts';

/** What is to be moved, and what is known of it when the phases begin. */
export interface Plan {
  readonly domain: Domain;
  readonly report: CheckReport;
  /** Targets of the disks that are copied. */
  readonly copied: readonly string[];
}
