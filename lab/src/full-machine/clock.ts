import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LabError } from '../errors.ts';
import { enterCommand, insideEnvironment } from '../host/enter.ts';

const ANSWER_MS = 60_000;

/**
 * Sets a full machine's clock by ours. At its start it had only that of its hardware, which counts whole seconds. The
 * time is told once the program that sets it waits for it, so that logging in doesn't count.
 */
export async function setClock(lab: string, host: string): Promise<void> {
  const set = 'echo waits; read -r now; exec date --set="@$now"';
  const [program, ...args] = await enterCommand(lab, host, ['sh', '-c', set]);
  const signal = AbortSignal.timeout(ANSWER_MS);
  const child = spawn(program, args, {
    env: insideEnvironment(),
    signal,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  child.stdin.on('error', () => undefined);
  child.stdout.once('data', () => child.stdin.end(`${Date.now() / 1000}\n`)).resume();
  const [exitCode] = await ended;
  if (exitCode !== 0)
    throw new LabError('program', `the clock of ${host} could not be set: date exited with ${exitCode}`);
}
