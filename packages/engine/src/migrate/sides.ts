import type { Connection } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';
import { closeWhenOpen } from '../with-connection.ts';

/**
 * The connections to one host. The phases have one of their own, held in a thread: libvirt ties the domain's fate to
 * it (a lost one ends the migration) and a long Perform must not stand in anybody's way. It is opened at once and
 * waited for only when the phases begin. All else goes over the other.
 */
export interface Link {
  readonly ref: HostRef;
  readonly monitor: Connection;
  readonly phases: Promise<Connection>;
}

/** Opens both ends of a move, or neither. */
export async function openLinks(source: HostRef, destination: HostRef, env: Env, signal: AbortSignal) {
  const [from, to] = [opening(source, env, signal), opening(destination, env, signal)];
  try {
    const [here, there] = await Promise.all([from.monitor, to.monitor]);
    return { from: { ...from, monitor: here }, to: { ...to, monitor: there } };
  } catch (error) {
    await Promise.all([from.monitor, from.phases, to.monitor, to.phases].map(closeWhenOpen));
    throw error;
  }
}

export async function closeLink({ phases, monitor }: Link): Promise<void> {
  await Promise.all([monitor.close(), closeWhenOpen(phases)]);
}

function opening(ref: HostRef, env: Env, signal: AbortSignal) {
  const phases = env.connect(ref.uri, { signal, link: 'thread' });
  // Its failure is told to whoever waits for it; until then it is not unhandled.
  phases.catch(() => undefined);
  return { ref, phases, monitor: env.connect(ref.uri, { signal }) };
}
