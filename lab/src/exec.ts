import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { enterArguments } from './host/machine.ts';
import { type Ran, tryRun } from './program.ts';

/** Runs a program inside a host, on this terminal; returns its exit code. */
export async function execInHost(lab: string, host: string, command: readonly string[]): Promise<number> {
  const child = spawn('nsenter', [...(await enterArguments(lab, host)), ...command], {
    stdio: 'inherit',
    env: insideEnvironment(),
  });
  // Ctrl-C reaches the child by itself; who waits for it must outlive it. Other signals are passed on.
  const stay = () => undefined;
  const passOn = () => child.kill('SIGTERM');
  process.on('SIGINT', stay).on('SIGTERM', passOn);
  try {
    const [code] = await once(child, 'close');
    return typeof code === 'number' ? code : 1;
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
  return tryRun('nsenter', [...(await enterArguments(lab, host)), ...command], input);
}

/** The caller's terminal, the host's root. */
function insideEnvironment(): NodeJS.ProcessEnv {
  const { TERM = 'dumb', LANG = 'C.UTF-8', NO_COLOR } = process.env;
  const colour = NO_COLOR === undefined ? {} : { NO_COLOR };
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    TERM,
    LANG,
    ...colour,
  };
}
