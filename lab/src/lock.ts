import { once } from 'node:events';
import { createServer } from 'node:net';
import { LabError } from './errors.ts';
import { checkLabName } from './topology/names.ts';

/**
 * Does something while no other command works on that lab. The lock is an abstract UNIX socket (unix(7)): taken
 * atomically, and given back by the kernel when its owner ends, however that is.
 */
export async function withLock<T>(lab: string, act: () => Promise<T>): Promise<T> {
  const server = createServer();
  server.listen(`\0ferry-lab-${checkLabName(lab)}`);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new LabError('locked', `another command works on the lab ${lab}; wait for it`, { cause });
  }
  try {
    return await act();
  } finally {
    server.close();
    await once(server, 'close');
  }
}
