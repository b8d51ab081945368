import { setTimeout } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { findGuest } from '../guest/registry.ts';
import { residents } from '../host/processes.ts';
import { servicePids } from '../host/services.ts';
import { namespaceOf } from '../topology/names.ts';
import { argumentsOf, isGone, isQemuOf, stateOf } from './qemu-process.ts';
import { type Undo, undoOnce } from './undo.ts';

const DONE_MS = 10_000;
const POLL_MS = 5;

/** The pids, as the machine counts, of a host's libvirtd. */
export function libvirtdPids(lab: string, host: string): Promise<number[]> {
  return servicePids(lab, host, 'libvirtd');
}

/** The pids, as the machine counts, of a guest's QEMUs on a host. None if it isn't there; more than one is possible. */
export async function qemuPids(lab: string, host: string, guestName: string): Promise<number[]> {
  const guest = await findGuest(lab, guestName);
  const here = await residents(namespaceOf(lab, host));
  return here.map(({ pid }) => pid).filter((pid) => isQemuOf(argumentsOf(pid), guest));
}

/** Kills a process (SIGKILL), and waits until it is gone or a zombie. */
export async function killProcess(pid: number): Promise<void> {
  const startTicks = stateOf(pid)?.startTicks ?? '';
  send(pid, 'SIGKILL');
  await until(() => isGone(pid, startTicks), `process ${pid} did not end`);
}

/** Stops a process (SIGSTOP), and waits until it stands still. Undone, it goes on. */
export async function stopProcess(pid: number): Promise<Undo> {
  send(pid, 'SIGSTOP');
  await until(() => 'TZX'.includes(stateOf(pid)?.state ?? 'X'), `process ${pid} did not stop`);
  return undoOnce(() => continueProcess(pid));
}

/** Lets a stopped process go on (SIGCONT), and waits until it does. Does nothing to one that is gone. */
export async function continueProcess(pid: number): Promise<void> {
  send(pid, 'SIGCONT');
  await until(() => stateOf(pid)?.state !== 'T', `process ${pid} did not go on`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It went by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const lateMs = performance.now() + DONE_MS;
  while (!isSo()) {
    if (performance.now() > lateMs) throw new LabError('timeout', `${otherwise} within ${DONE_MS / 1000} s`);
    await setTimeout(POLL_MS);
  }
}
