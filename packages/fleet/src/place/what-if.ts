import { FleetError } from '../errors.ts';
import type { FleetSpec, HostSpec } from '../model/spec.ts';

/** The fleet with one more host, to see what another goal would make of it. */
export function withHost(spec: FleetSpec, host: HostSpec): FleetSpec {
  if (spec.hosts.some(({ name }) => name === host.name))
    throw new FleetError('unknown', `there is a host called ${host.name} already`);
  return { ...spec, hosts: [...spec.hosts, host] };
}

/**
 * The fleet as it will be while a host is away: it takes nothing. To see whether its domains would find room, evacuate
 * it.
 */
export function withHostAway(spec: FleetSpec, name: string): FleetSpec {
  if (!spec.hosts.some((host) => host.name === name))
    throw new FleetError('unknown', `no host is called ${name}`);
  return {
    ...spec,
    hosts: spec.hosts.map((host) => (host.name === name ? { ...host, maintenance: true } : host)),
  };
}
