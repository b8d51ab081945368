import type { DomainSpec, FleetSpec, GroupSpec, HostSpec } from '../model/spec.ts';
import { bytesOf, type InventoryFile } from './schema.ts';

/** The inventory with all sizes in bytes, and what was left out filled in. */
export function specOf({ hosts, domains, groups, network }: InventoryFile): FleetSpec {
  return {
    hosts: hosts.map(hostSpec),
    domains: domains.map(domainSpec),
    groups: groups.map(
      ({ name, kind, domains: members, zones }): GroupSpec => ({
        ...{ name, kind, zones },
        domains: members,
      }),
    ),
    coreBytesPerS: network.core === undefined ? Number.POSITIVE_INFINITY : bytesOf(network.core),
    movesAtOnce: network.moves,
    setupS: network.setup,
  };
}

function hostSpec(host: InventoryFile['hosts'][number]): HostSpec {
  const { name, cpus, overcommit, zone, maintenance, has, link } = host;
  const both = typeof link === 'object' ? link : { out: link, in: link };
  return {
    ...{ name, cpus, overcommit, zone, maintenance, has },
    memoryBytes: bytesOf(host.memory),
    hugepages: host.hugepages.map(({ node, size }) => ({ node, bytes: bytesOf(size) })),
    outBytesPerS: bytesOf(both.out),
    inBytesPerS: bytesOf(both.in),
    diskBytes: bytesOf(host.disk),
    movesAtOnce: host.moves,
  };
}

function domainSpec(domain: InventoryFile['domains'][number]): DomainSpec {
  const { name, host, vcpus, cpu, pinned, priority, needs } = domain;
  const memoryBytes = bytesOf(domain.memory);
  return {
    ...{ name, host, vcpus, pinned, priority, needs, memoryBytes },
    cpuLoad: cpu ?? vcpus / 2,
    residentBytes: domain.resident === undefined ? memoryBytes : bytesOf(domain.resident),
    dirtyBytesPerS: bytesOf(domain.dirtyRate),
    hugepages: domain.hugepages.map(({ node, size }) => ({ node, bytes: bytesOf(size) })),
    localDiskBytes: bytesOf(domain.localDisk),
    notMovable: domain.notMovable ?? null,
    onlyOn: domain.onlyOn ?? null,
  };
}
