import { basename } from 'node:path';
import type { Guest } from '@virt-ferry/lab';
import type { Trouble, TroubleKind } from '../result.ts';
import { type HostName, hostNames } from '../stage.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * What should not be there: anything of the guest on a host that doesn't have it, and anything else that wasn't there
 * before. A disk that was copied away stays on its source, until the user says otherwise.
 */
export function litter(
  guest: Guest,
  holder: HostName | null,
  from: HostName,
  before: Snapshot,
  after: Snapshot,
): Trouble[] {
  return hostNames.flatMap((host) => {
    const known = new Set(before[host]);
    const isDisk = (line: string) => guest.diskPath !== null && line.endsWith(`/${basename(guest.diskPath)}`);
    const mayStay = (line: string) => isDisk(line) && (guest.disk === 'shared' || host === from);
    return after[host]
      .filter((line) => {
        if (line.includes(guest.name)) return host !== holder && !mayStay(line);
        return !known.has(line);
      })
      .map((line) => ({ kind: kindOf(line), text: `left over on ${host}: ${line}` }));
  });
}

function kindOf(line: string): TroubleKind {
  if (line.startsWith('process ')) return 'left-process';
  if (line.startsWith('domain ')) return 'left-definition';
  return /^\/(srv\/shared|var\/lib\/libvirt\/images)\//.test(line) ? 'left-disk' : 'left-other';
}
