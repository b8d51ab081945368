import type { Connection } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { lookUp } from '../inventory/domain.ts';
import type { HostRef } from '../model.ts';
import type { Sighting } from './after-finish.ts';

const CONNECT_MS = 10_000;

/** Looks at a domain over a fresh connection, since the one at hand may be what failed. Never throws. */
export async function look(ref: HostRef, uuid: string, env: Env): Promise<Sighting> {
  try {
    return await withFresh(ref, env, async (connection): Promise<Sighting> => {
      const dom = await lookUp(connection, uuid);
      if (!dom) return { seen: 'absent' };
      const { state, reason } = await connection.domainGetState({ dom, flags: 0 });
      return { seen: 'present', state, reason };
    });
  } catch {
    return { seen: 'unreachable' };
  }
}

/** Does something over a connection of its own. */
export async function withFresh<T>(
  ref: HostRef,
  env: Env,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await env.connect(ref.uri, { deadlineMs: CONNECT_MS });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}
