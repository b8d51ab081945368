import type { Requirements } from '../model.ts';

/** A domain that asks nothing of its host. */
export const noRequirements: Requirements = {
  bootFiles: [],
  hugePages: null,
  locked: false,
  pinning: [],
  numaNodes: [],
  securityLabels: [],
};
