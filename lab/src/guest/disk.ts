import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../errors.ts';
import { captureInHost } from '../exec.ts';
import { door } from '../full-machine/door.ts';
import { machinePid } from '../host/processes.ts';
import { run } from '../program.ts';
import { hostNames } from '../status.ts';
import { labDirectory, namespaceOf } from '../topology/names.ts';
import { type Guest, isDiskPath } from './spec.ts';

/** Makes a guest's disk, on the host that it starts on. */
export async function makeDisk(lab: string, guest: Guest): Promise<void> {
  if (guest.diskPath === null) return;
  const outside = await seenOutside(lab, guest, guest.host);
  const create = (path: string) => ['create', '-q', '-f', guest.diskFormat, path, `${guest.diskMiB}M`];
  if (outside !== null) {
    await mkdir(join(outside, '..'), { recursive: true });
    await run('qemu-img', create(outside));
    return;
  }
  const { stderr, exitCode } = await captureInHost(lab, guest.host, ['qemu-img', ...create(guest.diskPath)]);
  if (exitCode !== 0)
    throw new LabError(
      'program',
      `the disk of ${guest.name} cannot be made on ${guest.host}: ${stderr.trim()}`,
    );
}

/** Removes a guest's disk from wherever it came to. */
export async function removeDisk(lab: string, guest: Guest): Promise<void> {
  if (guest.diskPath === null) return;
  for (const host of await hostNames(lab)) {
    const outside = await seenOutside(lab, guest, host);
    if (outside !== null) await rm(outside, { force: true });
    // A host that was killed took what was inside with it.
    else if ((await machinePid(namespaceOf(lab, host))) !== null)
      await captureInHost(lab, host, ['rm', '-f', guest.diskPath]);
  }
}

/** Where a guest's disk on a host lies on this machine; `null` if only the host sees it. */
async function seenOutside(lab: string, { disk, diskPath }: Guest, host: string): Promise<string | null> {
  if (diskPath === null || isDiskPath(disk) || (await door(lab, host)) !== null) return null;
  const directory = disk === 'shared' ? 'shared' : join('hosts', host, 'images');
  return join(labDirectory(lab), directory, basename(diskPath));
}
