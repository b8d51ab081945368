import { connect } from 'node:net';
import type { Env } from '../env.ts';
import type { Probe } from './probe.ts';

/** Long enough for any answer, short enough that lost attempts don't pile up. */
const ATTEMPT_MS = 1000;

/**
 * A fresh TCP connection every interval. A refusal is an answer too: the guest's kernel is alive. Each attempt sends
 * its own SYN, so the kernel's retry after a second plays no part.
 */
export function startTcp(host: string, port: number, intervalMs: number, env: Env): Probe {
  const answeredAtMs: number[] = [];
  const timer = setInterval(() => {
    const socket = connect({ host, port, timeout: ATTEMPT_MS });
    const answered = () => answeredAtMs.push(env.monotonicMs());
    socket.once('connect', () => {
      answered();
      socket.destroy();
    });
    socket.once('error', (error) => {
      if ('code' in error && error.code === 'ECONNREFUSED') answered();
    });
    socket.once('timeout', () => socket.destroy());
  }, intervalMs);
  return {
    answeredAtMs,
    stop: () => {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}
