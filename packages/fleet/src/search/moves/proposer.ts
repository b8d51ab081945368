import type { Random } from '../random.ts';
import type { Regret } from '../regret.ts';
import type { Trail } from '../trail.ts';

export interface Workspace {
  readonly trail: Trail;
  readonly random: Random;
  readonly regret: Regret;
  /** The domains that proposals may begin with. */
  readonly movable: Int32Array;
  /** How large each domain is among the others. */
  readonly sizes: Float64Array;
}

/**
 * Changes the placement by one proposal, recorded on the trail. False where nothing was found: the placement is then as
 * it was.
 */
export type Proposer = (workspace: Workspace) => boolean;
