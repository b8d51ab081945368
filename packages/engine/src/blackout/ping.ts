import type { Env } from '../env.ts';
import type { Probe } from './probe.ts';

const ANSWER = /^\[(\d+\.\d+)\].* bytes from /;

/**
 * The system's `ping`, a process of its own, so that the measurement doesn't suffer from what our event loop does.
 * It stamps each answer (-D) when it arrives.
 */
export function startPing(address: string, intervalMs: number, env: Env): Probe {
  const answeredAtMs: number[] = [];
  const args = ['-n', '-D', '-i', String(intervalMs / 1000), '--', address];
  const ping = env.watchProgram('ping', args, (line) => {
    const stamp = ANSWER.exec(line)?.[1];
    if (stamp !== undefined) answeredAtMs.push(Number(stamp) * 1000);
  });
  return { answeredAtMs, stop: () => ping.stop() };
}
