import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { enterCommand, insideEnvironment } from './host/enter.ts';
import { type Ran, tryRun } from './program.ts';

/** Shells add it to the number of the signal that ended a program. */
const SIGNALLED = 128;

/** Runs a program inside a host, on this terminal; returns its exit code. */
export async function execInHost(lab: string, host: string, command: readonly string[]): Promise<number> {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const [program, ...args] = await enterCommand(lab, host, command, isTerminal);
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: insideEnvironment(),
  });
  // Ctrl-C reaches the child by itself; who waits for it must outlive it. Other signals are passed on.
  const stay = () => undefined;
  const passOn = () => child.kill('SIGTERM');
  process.on('SIGINT', stay).on('SIGTERM', passOn);
  try {
    await once(child, 'close');
    const { exitCode, signalCode } = child;
    return exitCode ?? SIGNALLED + (signalCode === null ? 0 : constants.signals[signalCode]);
  } finally {
    process.off('SIGINT', stay).off('SIGTERM', passOn);
  }
}

/** Runs a program inside a host and returns what it printed. */
export async function captureInHost(
  lab: string,
  host: string,
  command: readonly string[],
  input?: string,
): Promise<Ran> {
  const [program, ...args] = await enterCommand(lab, host, command);
  return tryRun(program, args, { input, env: insideEnvironment() });
}
