import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Holder } from './journal/journal.ts';

/** This process, so that another one on this machine can see later whether it still lives. */
export function thisProcess(): Holder {
  return processOf(process.pid);
}

/** A process of this machine, likewise. */
export function processOf(pid: number): Holder {
  return {
    machine: hostname(),
    bootId: readOr('/proc/sys/kernel/random/boot_id').trim(),
    pidNamespace: pidNamespace(),
    pid,
    startTicks: startTicksOf(pid) ?? 0,
  };
}

/** A process of another machine, another boot or another process namespace can't be seen from here. */
export async function liveness(holder: Holder): Promise<'alive' | 'dead' | 'unknown'> {
  const here = thisProcess();
  const visible =
    here.bootId !== '' && here.bootId === holder.bootId && here.pidNamespace === holder.pidNamespace;
  if (!visible) return 'unknown';
  return startTicksOf(holder.pid) === holder.startTicks ? 'alive' : 'dead';
}

/** Ends a process, if it is still the one that was meant. */
export async function endProcess(holder: Holder): Promise<void> {
  if ((await liveness(holder)) !== 'alive') return;
  try {
    process.kill(holder.pid, 'SIGTERM');
  } catch {
    // It went by itself.
  }
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); `null` where there is no such process, or only its remains. */
function startTicksOf(pid: number): number | null {
  const stat = readOr(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return stat === '' || state === 'Z' || state === 'X' ? null : Number(fields[19]);
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Nothing where there is no such file, as on other systems than Linux. */
function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
