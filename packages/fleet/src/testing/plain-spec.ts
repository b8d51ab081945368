import type { DomainSpec, HostSpec } from '../model/spec.ts';

/** A host with nothing special about it, but for what a test says. */
export function plainHost(name: string, change: Partial<HostSpec> = {}): HostSpec {
  return {
    ...{ name, cpus: 64, overcommit: 1, memoryBytes: 2 ** 36, hugepages: [], diskBytes: 0, has: [] },
    ...{ outBytesPerS: 2 ** 30, inBytesPerS: 2 ** 30, zone: name, maintenance: false, movesAtOnce: 8 },
    ...change,
  };
}

/** A domain that has all of its memory in use, and nothing special about it, but for what a test says. */
export function plainDomain(
  name: string,
  host: string,
  memoryBytes: number,
  change: Partial<DomainSpec> = {},
): DomainSpec {
  return {
    ...{ name, host, vcpus: 1, cpuLoad: 0, memoryBytes, residentBytes: memoryBytes, dirtyBytesPerS: 0 },
    ...{ hugepages: [], localDiskBytes: 0, pinned: false, notMovable: null, priority: 0, needs: [] },
    onlyOn: null,
    ...change,
  };
}
