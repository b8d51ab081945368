import type { HostRef } from '@virt-ferry/engine';
import type { PlanRequest } from '@virt-ferry/fleet';

/** Which domains a plan may move, and where to, as far as preflight lets them. */
export interface Scope {
  /** Hosts that must answer, or there is nothing to plan. */
  readonly needed: readonly string[];
  /** Where a domain may go from its host; none: it stays. */
  targets(domain: string, from: string): readonly string[];
}

export function scopeOf(request: PlanRequest, hosts: readonly HostRef[]): Scope {
  const names = hosts.map(({ name }) => name);
  if (request.goal === 'evacuate') {
    const others = names.filter((name) => !request.hosts.includes(name));
    return { needed: request.hosts, targets: (_domain, from) => (others.includes(from) ? [] : others) };
  }
  if (request.goal === 'restore') {
    const homes = new Map(request.former.map(({ domain, host }) => [domain, host]));
    return {
      needed: [],
      targets(domain, from) {
        const home = homes.get(domain);
        return home === undefined || home === from ? [] : [home];
      },
    };
  }
  return { needed: [], targets: (_domain, from) => names.filter((name) => name !== from) };
}
