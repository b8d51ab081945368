import type { Connection } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { HostRef, MoveRequest } from '../model.ts';
import { closeWhenOpen } from '../with-connection.ts';

/**
 * The connections to one host. The phases have one of their own, held in a thread: libvirt ties the domain's fate to
 * it (a lost one ends the migration) and a long Perform must not stand in anybody's way. It is opened at once and
 * waited for only when the phases begin. All else goes over the other.
 *
 * In post-copy it is held by a process of its own. Between the moment that the source hands the guest over and Finish
 * nobody runs it, and a destination whose client is gone would end the only QEMU that may: so it must not be gone when
 * Ferry is killed.
 */
export interface Link {
  readonly ref: HostRef;
  readonly monitor: Connection;
  readonly phases: Promise<Connection>;
}

/** Opens both ends of a move, or neither. */
export async function openLinks(
  { source, destination, method, drive }: Pick<MoveRequest, 'source' | 'destination' | 'method' | 'drive'>,
  env: Env,
  signal: AbortSignal,
) {
  const link = method === 'post-copy' && drive === 'direct' ? 'process' : 'thread';
  const [from, to] = [opening(source, env, signal, link), opening(destination, env, signal, link)];
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

function opening(ref: HostRef, env: Env, signal: AbortSignal, link: 'thread' | 'process') {
  const phases = env.connect(ref.uri, { signal, link });
  // Its failure is told to whoever waits for it; until then it is not unhandled.
  phases.catch(() => undefined);
  return { ref, phases, monitor: env.connect(ref.uri, { signal }) };
}
