import type { Env } from '../env.ts';
import { lookUp } from '../inventory/domain.ts';
import type { HostRef } from '../model.ts';
import { withConnection } from '../with-connection.ts';
import type { Sighting } from './after-finish.ts';

/** For who needs to know soon whether a host answers at all. */
export const FRESH = { deadlineMs: 10_000 } as const;

/** Looks at a domain over a fresh connection, since the one at hand may be what failed. Never throws. */
export async function look(ref: HostRef, uuid: string, env: Env): Promise<Sighting> {
  try {
    return await withConnection(
      ref,
      env,
      async (connection): Promise<Sighting> => {
        const dom = await lookUp(connection, uuid);
        if (!dom) return { seen: 'absent' };
        const { state, reason } = await connection.domainGetState({ dom, flags: 0 });
        return { seen: 'present', state, reason };
      },
      FRESH,
    );
  } catch {
    return { seen: 'unreachable' };
  }
}
