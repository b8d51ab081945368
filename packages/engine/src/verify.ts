import { DomainState, messageOf } from '@virt-ferry/libvirt';
import { lookUp, stateName } from './inventory/domain.ts';
import type { Guest } from './migrate/operation.ts';
import type { Link } from './migrate/sides.ts';

/** A host, and a connection to it. */
type Side = Pick<Link, 'ref' | 'monitor'>;

/** What is wrong after a move; empty when exactly the destination has the guest. */
export async function verify(from: Side, to: Side, guest: Guest): Promise<string[]> {
  const [there, here] = await Promise.all([stateOn(to, guest.uuid), stateOn(from, guest.uuid)]);
  const wrong: string[] = [];
  const expected = guest.wasPaused ? DomainState.paused : DomainState.running;
  if (there !== expected) {
    wrong.push(`on ${to.ref.name} the domain is ${there === null ? 'absent' : stateName(there)}`);
  }
  if (here !== null && here !== DomainState.shutoff)
    wrong.push(`on ${from.ref.name} the domain is still ${stateName(here)}`);
  return wrong;
}

/** For hosts that may be away by now, which undoes no move: what could not be seen is said instead. */
export function unseen(error: unknown): string[] {
  return [`both hosts could not be looked at: ${messageOf(error)}`];
}

async function stateOn(link: Side, uuid: string): Promise<number | null> {
  const dom = await lookUp(link.monitor, uuid);
  return dom && (await link.monitor.domainGetState({ dom, flags: 0 })).state;
}
