import type { Connection } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { HostRef, MoveRequest } from '../model.ts';
import { closeWhenOpen, leave, type Reached, reach } from '../with-connection.ts';

/**
 * The connections to one host. The phases have one of their own, held in a thread: libvirt ties the domain's fate to
 * it (a lost one ends the migration) and a long Perform must not stand in anybody's way. It is opened at once, over the
 * login of the other, and waited for only when the phases begin. All else goes over the other.
 *
 * In post-copy it is held by a process of its own. Between the moment that the source hands the guest over and Finish
 * nobody runs it, and a destination whose client is gone would end the only QEMU that may: so it must not be gone when
 * Ferry is killed, and has a login of its own.
 */
export interface Link extends Reached {
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
    const [here, there] = await Promise.all([from.reaching, to.reaching]);
    return { from: { ...here, phases: from.phases }, to: { ...there, phases: to.phases } };
  } catch (error) {
    await Promise.all([from, to].flatMap(({ reaching, phases }) => [leave(reaching), closeWhenOpen(phases)]));
    throw error;
  }
}

export async function closeLink(link: Link): Promise<void> {
  await Promise.all([leave(Promise.resolve(link)), closeWhenOpen(link.phases)]);
}

function opening(ref: HostRef, env: Env, signal: AbortSignal, link: 'thread' | 'process') {
  const reaching = reach(ref, env, { signal });
  const phases = link === 'process' ? env.connect(ref.uri, { signal, link }) : beside(reaching, env, signal);
  // Its failure is told to whoever waits for it; until then it is not unhandled.
  phases.catch(() => undefined);
  return { reaching, phases };
}

/** A second connection, over the same login. */
async function beside(reaching: Promise<Reached>, env: Env, signal: AbortSignal): Promise<Connection> {
  const { ref, controlPath } = await reaching;
  const login = controlPath === null ? undefined : ({ controlPath, role: 'further' } as const);
  return env.connect(ref.uri, { signal, link: 'thread', login });
}
