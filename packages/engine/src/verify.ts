import { DomainState } from '@virt-ferry/libvirt';
import { lookUp, stateName } from './inventory/domain.ts';
import type { Guest } from './migrate/operation.ts';
import type { Link } from './migrate/sides.ts';

/** What is wrong after a move; empty when exactly the destination has the guest. */
export async function verify(from: Link, to: Link, guest: Guest): Promise<string[]> {
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

async function stateOn(link: Link, uuid: string): Promise<number | null> {
  const dom = await lookUp(link.monitor, uuid);
  return dom && (await link.monitor.domainGetState({ dom, flags: 0 })).state;
}
