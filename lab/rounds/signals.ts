import type { ChildProcess } from 'node:child_process';
import { continueProcess, killProcess, stopProcess } from '@virt-ferry/lab/faults';
import type { Mover } from './fault/fault.ts';

/** Kills, stops and wakes a child, as long as it lives. */
export function signalsTo(child: ChildProcess): Pick<Mover, 'kill' | 'stop' | 'wake'> {
  const living = async (act: (pid: number) => Promise<unknown>) => {
    const { pid, exitCode, signalCode } = child;
    if (pid !== undefined && exitCode === null && signalCode === null) await act(pid);
  };
  return {
    kill: () => living(killProcess),
    stop: () => living(stopProcess),
    wake: () => living(continueProcess),
  };
}
