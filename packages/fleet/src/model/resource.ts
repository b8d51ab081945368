/**
 * What a host has so much of. The first ones are these; huge pages follow, one resource a NUMA node. `load` and
 * `domains` (how many there are) are never limits, only something to balance.
 */
export const Resource = { vcpus: 0, memory: 1, disk: 2, load: 3, domains: 4, hugepages: 5 } as const;

/** For people. */
export function resourceName(resource: number): string {
  switch (resource) {
    case Resource.vcpus:
      return 'vCPUs';
    case Resource.memory:
      return 'memory';
    case Resource.disk:
      return 'local disk';
    case Resource.load:
      return 'CPU load';
    case Resource.domains:
      return 'domains';
    default:
      return `huge pages of NUMA node ${resource - Resource.hugepages}`;
  }
}
