import type { FleetSpec } from '@virt-ferry/fleet';

const MIB = 1024 ** 2;

/** A fleet in the text format of Ganeti's htools (htools(1)), its domains on shared storage. */
export function ganetiText({ hosts, domains }: FleetSpec, hostOf: ReadonlyMap<string, string>): string {
  const at = (name: string, otherwise: string) => hostOf.get(name) ?? otherwise;
  const used = new Map<string, number>();
  for (const { name, host, memoryBytes } of domains)
    used.set(at(name, host), (used.get(at(name, host)) ?? 0) + memoryBytes);
  const mib = (bytes: number) => Math.round(bytes / MIB);
  const nodes = hosts.map(({ name, memoryBytes, cpus }) => {
    const free = mib(memoryBytes - (used.get(name) ?? 0));
    return [name, mib(memoryBytes), 0, free, 4e6, 4e6, cpus, 'N', 'group-1', 1, '', 'N', 0, 1, 1].join('|');
  });
  const instances = domains.map(({ name, host, vcpus, memoryBytes }) =>
    [name, mib(memoryBytes), 1024, vcpus, 'running', 'Y', at(name, host), '', 'ext', '', 1].join('|'),
  );
  return ['group|group-1|preferred||', '', ...nodes, '', ...instances, '', '', ''].join('\n');
}
