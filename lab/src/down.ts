import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { LabError } from './errors.ts';
import { withLock } from './lock.ts';
import { deleteNamespace, listNamespaces, residents } from './network/namespaces.ts';
import { labDirectory } from './topology/names.ts';

const GONE_MS = 20_000;
const POLL_MS = 20;

/** Ends a lab, whole or half made, and leaves nothing of it. Does nothing where there is none. */
export async function down(name: string): Promise<void> {
  await withLock(name, () => removeLab(name));
}

/** As {@link down}, for who holds the lock. Each step may be repeated; the namespaces, which are the record, go last. */
export async function removeLab(name: string): Promise<void> {
  const namespaces = await listNamespaces(name);
  await Promise.all(namespaces.map(endResidents));
  await rm(labDirectory(name), { recursive: true, force: true });
  for (const namespace of namespaces) await deleteNamespace(namespace);
}

/** Kills PID 1 of a host, whose end ends everything in it, then what else was let into its network. */
async function endResidents(namespace: string): Promise<void> {
  const until = performance.now() + GONE_MS;
  for (;;) {
    const here = (await residents(namespace)).filter(({ pid }) => pid !== process.pid);
    if (here.length === 0) return;
    if (performance.now() > until) {
      throw new LabError(
        'timeout',
        `processes in ${namespace} did not end: ${here.map(({ pid }) => pid).join(' ')}`,
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
