import type { Foretelling, Foretold } from '../forecast-move.ts';
import type { CheckReport, Domain } from '../model.ts';
import type { StoragePlan } from '../storage/plan.ts';
import type { Descriptions } from '../translate/read.ts';

/** What is to be moved, and what is known of it when the phases begin. */
export interface Plan {
  readonly domain: Domain;
  readonly report: CheckReport;
  readonly storage: StoragePlan;
  /**
   * How the guest is moved, and what is expected of it. That is being found out while its destination gets ready, so it
   * is to be asked for no earlier than it is needed.
   */
  readonly foretold: () => Promise<Foretold>;
  /** How memory is compressed, which both hosts are told from the beginning. */
  readonly compression: Foretelling['compression'];
  /** What the destination is told instead of what the source says; `null`: the same. */
  readonly descriptions: Descriptions | null;
}
