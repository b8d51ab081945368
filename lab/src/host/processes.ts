import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { namespaceDirectory, namespacePrefix } from '../topology/names.ts';

/**
 * What a host's processes carry in their environment: the name of its network namespace. So they are found also in the
 * moment before they enter it, and after its name is gone.
 */
export const MARK = 'FERRY_LAB_HOST';

/** A process of a lab. */
export interface Resident {
  readonly pid: number;
  /** PID 1 of a host: ends all others of that host with it. */
  readonly isMachine: boolean;
}

/** The processes in a network namespace, found by the namespace itself: no recorded pid that could be recycled. */
export async function residents(namespace: string): Promise<Resident[]> {
  const { ino } = await stat(`${namespaceDirectory}/${namespace}`);
  return processesWhere(
    async (pid) => (await readlink(`/proc/${pid}/ns/net`).catch(() => '')) === `net:[${ino}]`,
  );
}

/** The processes that carry the mark of a lab, wherever they are by now. */
export async function marked(lab: string): Promise<Resident[]> {
  const prefix = `${MARK}=${namespacePrefix(lab)}`;
  return processesWhere(async (pid) => {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    // Host names hold no `-`, so that `ferry-a-b-alpha` is of the lab `a-b`, not of `a`.
    return environment
      .split('\0')
      .some((one) => one.startsWith(prefix) && !one.slice(prefix.length).includes('-'));
  });
}

/** The pid, as seen here, of the PID 1 of the host in a network namespace; `null` if it isn't up, or there is none. */
export async function machinePid(namespace: string): Promise<number | null> {
  const here = await residents(namespace).catch(() => []);
  return here.find(({ isMachine }) => isMachine)?.pid ?? null;
}

/** The name of a process's program, as the kernel keeps it (at most 15 characters). */
export async function programOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
}

async function processesWhere(isOne: (pid: number) => Promise<boolean>): Promise<Resident[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) =>
      pid !== process.pid && (await isOne(pid)) ? [{ pid, isMachine: await isMachine(pid) }] : [],
    ),
  );
  return found.flat();
}

/** PID 1 of a PID namespace below ours. */
async function isMachine(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const pids = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
  return pids.length > 1 && pids.at(-1) === '1';
}
