import { type Connection, DomainState, JobType, messageOf, PausedReason } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { lookUp } from '../inventory/domain.ts';
import type { HostRef } from '../model.ts';
import { poll } from '../poll.ts';
import { withConnection } from '../with-connection.ts';
import { FRESH, look } from './look.ts';
import type { Guest, Move } from './operation.ts';
import type { Baton, Phases } from './phases.ts';
import type { Story } from './story.ts';

/** How far a move had come when it failed, before Finish(cancelled=0) was ever sent. */
export type Reached = 'begun' | 'prepared' | 'performed';

export interface RollBack {
  readonly safe: boolean;
  readonly reason: string;
}

const SETTLING = { everyMs: 100, forMs: 30_000 } as const;

/**
 * Gives the guest back to the source, which owns it. The destination's waiting QEMU goes first; one that can't be
 * reached can't start the guest either, since only a Finish that was never sent could, and libvirt there ends it when
 * it misses us. Only then is a source that stands paused resumed.
 */
export async function rollBack(
  { request: hosts, story, env }: Move,
  guest: Guest,
  reached: Reached,
  phases: Phases,
  baton: Baton,
): Promise<RollBack> {
  // Both cancelled calls answer with an error of libvirt's own when all is well or when there is nothing left to cancel,
  // and fail when the connection is gone, upon which libvirt rolls back by itself. What counts is what is seen after.
  if (reached !== 'begun') await phases.finish(baton, true).catch(() => undefined);
  const left = await leftOn(hosts.destination, guest.uuid, env);
  if (left === 'present') return { safe: false, reason: `${hosts.destination.name} still has the domain` };
  if (reached !== 'performed') await phases.confirm(baton, true).catch(() => undefined);
  try {
    const settling = (connection: Connection) => settle(connection, guest, hosts.source, story, env);
    const settled = await withConnection(hosts.source, env, settling, FRESH);
    const unseen =
      left === 'unreachable'
        ? `; ${hosts.destination.name} cannot be reached, look there when it is back`
        : '';
    return { ...settled, reason: `${settled.reason}${unseen}` };
  } catch (error) {
    return { safe: false, reason: `${hosts.source.name} cannot be reached: ${messageOf(error)}` };
  }
}

/** Waits until the destination has no active domain of that UUID, or can't be asked. */
async function leftOn(
  destination: HostRef,
  uuid: string,
  env: Env,
): Promise<'gone' | 'present' | 'unreachable'> {
  let left: 'gone' | 'present' | 'unreachable' = 'present';
  await poll(env, SETTLING, async () => {
    const sighting = await look(destination, uuid, env);
    if (sighting.seen === 'unreachable') left = 'unreachable';
    else left = sighting.seen === 'absent' || sighting.state === DomainState.shutoff ? 'gone' : 'present';
    return left !== 'present';
  });
  return left;
}

/** Waits until the source's job is over, and resumes the guest if libvirt left it paused. */
async function settle(
  connection: Connection,
  guest: Guest,
  source: HostRef,
  story: Story,
  env: Env,
): Promise<RollBack> {
  const dom = await lookUp(connection, guest.uuid);
  if (!dom) return { safe: false, reason: `${source.name} no longer has the domain` };
  const idle = async () => (await connection.domainGetJobInfo({ dom })).type === JobType.none;
  if (!(await poll(env, SETTLING, idle)))
    return { safe: false, reason: `a job still runs on ${source.name}` };
  const { state, reason } = await connection.domainGetState({ dom, flags: 0 });
  if (state === DomainState.running || (state === DomainState.paused && guest.wasPaused)) {
    return { safe: true, reason: `the domain is safe on ${source.name}` };
  }
  if (state !== DomainState.paused || reason !== PausedReason.migration) {
    return { safe: false, reason: `on ${source.name} the domain is in state ${state}, reason ${reason}` };
  }
  // The destination is proven gone: nobody else can run the guest.
  await story.act('resume-source', {}, () => connection.domainResume({ dom }));
  return { safe: true, reason: `the domain is safe on ${source.name}, where it was resumed` };
}
