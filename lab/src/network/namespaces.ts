import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { run } from '../program.ts';
import { namespacePrefix } from '../topology/names.ts';

const NETNS_DIRECTORY = '/run/netns';

/** The names of a lab's network namespaces. They are the record of what the lab has: made first, removed last. */
export async function listNamespaces(lab: string): Promise<string[]> {
  const names = await readdir(NETNS_DIRECTORY).catch(() => []);
  return names.filter((name) => name.startsWith(namespacePrefix(lab)) && isOwn(name, lab));
}

/** `ferry-a-b-wires` belongs to the lab `a-b`, not to `a`: what follows the prefix is a host's name. */
function isOwn(name: string, lab: string): boolean {
  return /^[a-z][a-z0-9]*$/.test(name.slice(namespacePrefix(lab).length));
}

export async function addNamespace(name: string): Promise<void> {
  await run('ip', ['netns', 'add', name]);
}

export async function deleteNamespace(name: string): Promise<void> {
  await run('ip', ['netns', 'delete', name]);
}

/** A process that lives in a network namespace. */
export interface Resident {
  readonly pid: number;
  /** PID 1 of a host: ends all others of that host with it. */
  readonly isMachine: boolean;
}

/** The processes in a network namespace, found by the namespace itself: no recorded pid that could be recycled. */
export async function residents(namespace: string): Promise<Resident[]> {
  const { ino } = await stat(`${NETNS_DIRECTORY}/${namespace}`);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid): Promise<Resident[]> => {
      const link = await readlink(`/proc/${pid}/ns/net`).catch(() => '');
      if (link !== `net:[${ino}]`) return [];
      return [{ pid, isMachine: await isMachine(pid) }];
    }),
  );
  return found.flat();
}

/** PID 1 of a PID namespace below ours. */
async function isMachine(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const pids = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
  return pids.length > 1 && pids.at(-1) === '1';
}

/** The pid, as seen here, of the machine in a namespace; `null` if it isn't up. */
export async function machinePid(namespace: string): Promise<number | null> {
  return (await residents(namespace)).find(({ isMachine }) => isMachine)?.pid ?? null;
}
