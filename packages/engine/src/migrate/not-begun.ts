import { messageOf } from '@virt-ferry/libvirt';
import type { CheckReport } from '../model.ts';
import type { Ending } from './operation.ts';

/** It failed while both hosts were only looked at. */
export function notBegun(error: unknown): Ending {
  return { result: 'rolled-back', reason: `${messageOf(error)}; nothing was begun on either host` };
}

/** Something that preflight found stands against it. */
export function blockedBy({ findings }: CheckReport): Ending {
  const blocker = findings.find(({ severity }) => severity === 'blocker');
  return { result: 'blocked', reason: blocker?.message ?? '' };
}
