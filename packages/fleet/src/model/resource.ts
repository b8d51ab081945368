/**
 * What a host has so much of. The first ones are these; huge pages follow, one resource a NUMA node. `load` is never a
 * limit, only something to balance.
 */
export const Resource = { vcpus: 0, memory: 1, disk: 2, load: 3, hugepages: 4 } as const;

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
    default:
      return `huge pages of NUMA node ${resource - Resource.hugepages}`;
  }
}
