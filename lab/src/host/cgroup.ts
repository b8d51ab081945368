import { access, mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LabError } from '../errors.ts';
import { isNamespaceOf, namespaceOf } from '../topology/names.ts';
import { type CpuController, cpuController } from './cpu-controller.ts';

/*
 * A host's part of the kernel's cgroup hierarchy that has the cpu controller, so that its libvirt can hold guests back:
 *
 *     /sys/fs/cgroup[/cpu]                       the machine's
 *       └─ ferry-LAB-HOST                        what the host sees as the root, in a cgroup namespace of its own
 *            ├─ init.scope                       PID 1, services, and what is run inside
 *            └─ machine/qemu-1-GUEST.libvirt-qemu  made by libvirt: emulator, vcpu0, …
 */

const IN_CGROUP = fileURLToPath(new URL('../../host/in-cgroup', import.meta.url));
const GONE_MS = 10_000;
const POLL_MS = 20;

export interface Cgroup {
  readonly version: CpuController['version'];
  readonly directory: string;
}

/** A program, then its arguments. */
export type CommandLine = [string, ...string[]];

/** Makes a host's cgroup. Returns whether a quota can be set there: where it can't, nothing is left. */
export async function makeCgroup({ version, mountPoint }: CpuController, name: string): Promise<boolean> {
  const directory = join(mountPoint, name);
  try {
    // systemd has switched it on wherever a unit has a CPU setting; if not, that it is on changes nothing for others.
    if (version === 2) await writeFile(join(mountPoint, 'cgroup.subtree_control'), '+cpu');
    await mkdir(directory);
    await access(join(directory, version === 1 ? 'cpu.cfs_quota_us' : 'cpu.max'));
    await mkdir(join(directory, 'init.scope'));
    return true;
  } catch {
    await removeTree(directory);
    return false;
  }
}

/** The cgroup of a host; `null` where it has none. */
export async function cgroupOf(lab: string, host: string): Promise<Cgroup | null> {
  const controller = await cpuController();
  if (controller === null) return null;
  const directory = join(controller.mountPoint, namespaceOf(lab, host));
  return access(directory).then(
    () => ({ version: controller.version, directory }),
    () => null,
  );
}

/** A command line whose program, before all else, enters a host's cgroup and makes it the root of its namespace. */
export function beginCgroup(directory: string, command: readonly string[]): CommandLine {
  // Out of the root at once: version 2 wants no process where libvirt is to make children.
  return [IN_CGROUP, directory, 'unshare', '--cgroup', ...joinCgroup(directory, command)];
}

/** A command line whose program, before all else, goes where a host's services are. */
export function joinCgroup(directory: string, command: readonly string[]): CommandLine {
  return [IN_CGROUP, join(directory, 'init.scope'), ...command];
}

/** Removes the cgroups of a lab, whose processes are gone. */
export async function removeCgroups(lab: string): Promise<void> {
  const controller = await cpuController();
  if (controller === null) return;
  const names = await readdir(controller.mountPoint).catch(() => []);
  for (const name of names.filter((one) => isNamespaceOf(lab, one)))
    await removeTree(join(controller.mountPoint, name));
}

/** The kernel takes back an ended process a moment after it is seen to be gone, and its cgroup is busy until then. */
async function removeTree(directory: string): Promise<void> {
  const until = performance.now() + GONE_MS;
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => []))
    if (entry.isDirectory()) await removeTree(join(directory, entry.name));
  for (;;) {
    try {
      await rmdir(directory);
      return;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || performance.now() > until)
        throw new LabError('timeout', `cannot remove the cgroup ${directory}: ${error}`, { cause: error });
    }
    await setTimeout(POLL_MS);
  }
}
