import type { Connection } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';

/**
 * The connections to one host. The phases have one of their own, held in a thread: libvirt ties the domain's fate to
 * it (a lost one ends the migration) and a long Perform must not stand in anybody's way. All else goes over the other.
 */
export interface Link {
  readonly ref: HostRef;
  readonly phases: Connection;
  readonly monitor: Connection;
}

/** Connects to a host twice. Whatever was opened is closed again if the other fails. */
export async function openLink(ref: HostRef, env: Env, signal: AbortSignal): Promise<Link> {
  const opening = [
    env.connect(ref.uri, { signal, link: 'thread' }),
    env.connect(ref.uri, { signal }),
  ] as const;
  try {
    const [phases, monitor] = await Promise.all(opening);
    return { ref, phases, monitor };
  } catch (error) {
    for (const result of await Promise.allSettled(opening)) {
      if (result.status === 'fulfilled') await result.value.close();
    }
    throw error;
  }
}

/** Opens both ends of a move, or neither. */
export async function openLinks(source: HostRef, destination: HostRef, env: Env, signal: AbortSignal) {
  const opening = [openLink(source, env, signal), openLink(destination, env, signal)] as const;
  try {
    const [from, to] = await Promise.all(opening);
    return { from, to };
  } catch (error) {
    for (const result of await Promise.allSettled(opening)) {
      if (result.status === 'fulfilled') await closeLink(result.value);
    }
    throw error;
  }
}

export async function closeLink(link: Link): Promise<void> {
  await Promise.all([link.phases.close(), link.monitor.close()]);
}
