import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { sweepCache } from './cache/keep.ts';
import { LabError } from './errors.ts';
import { removeCgroups } from './host/cgroup.ts';
import { marked, type Resident, residents } from './host/processes.ts';
import { withLock } from './lock.ts';
import { deleteNamespace, listNamespaces } from './network/namespaces.ts';
import { isOwned, release } from './record/owner.ts';
import { settled } from './settled.ts';
import { labDirectory } from './topology/names.ts';

const GONE_MS = 20_000;
const POLL_MS = 20;
/** A program that a killed `up` had just started may still write a file where we delete. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;

/** Ends a lab, whole or half made, and leaves nothing of it. Does nothing where there is none. */
export async function down(name: string): Promise<void> {
  await withLock(name, () => removeLab(name));
}

/**
 * As {@link down}, for who holds the lock. Each step may be repeated. What a killed `up` had under way may come up while
 * we work (a namespace, a host on its way into one), so it looks until there is nothing. The name is given back last.
 */
export async function removeLab(name: string): Promise<void> {
  await isOwned(name);
  for (;;) {
    await end(() => marked(name), `of the lab ${name}`);
    const namespaces = await listNamespaces(name);
    await settled(namespaces.map((one) => end(() => residents(one), `in ${one}`)));
    for (const namespace of namespaces) await deleteNamespace(namespace);
    if (namespaces.length === 0 && (await marked(name)).length === 0) break;
  }
  await removeCgroups(name);
  await rm(labDirectory(name), REMOVE);
  await sweepCache();
  await release(name);
}

/** Kills PID 1 of each host, whose end ends everything in it, then what else is found; waits until all are gone. */
async function end(find: () => Promise<Resident[]>, where: string): Promise<void> {
  const until = performance.now() + GONE_MS;
  for (;;) {
    const here = await find();
    if (here.length === 0) return;
    if (performance.now() > until) {
      throw new LabError(
        'timeout',
        `processes ${where} did not end: ${here.map(({ pid }) => pid).join(' ')}`,
      );
    }
    const machines = here.filter(({ isMachine }) => isMachine);
    for (const { pid } of machines.length > 0 ? machines : here) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It went by itself.
      }
    }
    await setTimeout(POLL_MS);
  }
}
