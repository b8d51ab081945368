import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { LabError } from './errors.ts';
import { checkLabName } from './topology/names.ts';

const POLL_MS = 50;

/**
 * Does something while no other command works on that lab. Who comes second is told so, not kept waiting.
 *
 * A lock is an abstract UNIX socket (unix(7)): taken atomically, and given back by the kernel when its owner ends,
 * however that is. It is seen by all who share our network namespace.
 */
export async function withLock<T>(lab: string, act: () => Promise<T>): Promise<T> {
  const server = await take(`lab-${checkLabName(lab)}`);
  if (!server) throw new LabError('locked', `another command works on the lab ${lab}; wait for it`);
  return holding(server, act);
}

/** Does something while nobody else does it to that path; waits for who came first. */
export async function inTurn<T>(
  path: string,
  signal: AbortSignal | undefined,
  act: () => Promise<T>,
): Promise<T> {
  const name = `path-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
  for (;;) {
    signal?.throwIfAborted();
    const server = await take(name);
    if (server) return holding(server, act);
    await setTimeout(POLL_MS);
  }
}

async function take(name: string): Promise<Server | null> {
  const server = createServer();
  server.listen(`\0ferry-${name}`);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return null;
    throw error;
  }
}

async function holding<T>(server: Server, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    server.close();
    await once(server, 'close');
  }
}
