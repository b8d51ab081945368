import { parseNumberSet } from '../../inventory/number-set.ts';
import type { Finding, Pinning } from '../../model.ts';
import { defineCheck } from '../check.ts';

/**
 * CPUs and NUMA nodes that a domain is tied to are those of its host. The kernel takes any set of CPUs of which one is
 * there (sched_setaffinity(2)); libvirt wants all NUMA nodes to be there, in every mode (virNumaNodesetIsAvailable).
 */
export const placementCheck = defineCheck({
  subject: 'placement',
  title: 'the destination has the CPUs and NUMA nodes that the domain is tied to',
  texts: {
    'no-cpu': {
      severity: 'blocker',
      message: '{there} has none of the CPUs {cpus}, to which {what} of {domain} is tied',
      remedy:
        'tie it to CPUs that both hosts have, on {here}: virsh vcpupin or emulatorpin {domain}, with --live',
    },
    'fewer-cpus': {
      severity: 'warning',
      message: '{there} has not all of the CPUs {cpus}, to which {what} of {domain} is tied',
      remedy:
        'tie it to CPUs that both hosts have, on {here}: virsh vcpupin or emulatorpin {domain}, with --live',
    },
    'no-node': {
      severity: 'blocker',
      message: '{there} has no NUMA node {node}, in which {domain} has its memory',
      remedy:
        'choose a destination with the same NUMA nodes, or define {domain} without numatune and restart it',
    },
    fits: { severity: 'pass', message: '{there} has the CPUs and NUMA nodes that {domain} is tied to' },
  },
  run({ source, destination, domain }, found) {
    const { ref, numaCells } = destination.host;
    const { pinning, numaNodes } = domain.requires;
    const tied = pinning.length + numaNodes.length > 0;
    // A host that doesn't say what it has proves nothing.
    if (!tied || numaCells.length === 0) return [];
    const values = { here: source.host.ref.name, there: ref.name, domain: domain.name };
    const cpus = new Set(numaCells.flatMap((cell) => cell.cpus));
    const nodes = numaCells.map(({ id }) => id);
    const evidence = `${ref.name} has the CPUs ${[...cpus].join(' ')} and the NUMA nodes ${nodes.join(' ')}`;
    const cpuFindings = pinning.flatMap((pin): Finding[] => {
      const wanted = [...parseNumberSet(pin.cpus)];
      const there = wanted.filter((cpu) => cpus.has(cpu));
      if (there.length === wanted.length) return [];
      const id = there.length === 0 && isUsed(pin, pinning) ? 'no-cpu' : 'fewer-cpus';
      return [found(id, { ...values, ...pin }, evidence)];
    });
    const missing = new Set(
      numaNodes.flatMap((one) => [...parseNumberSet(one.nodes)]).filter((node) => !nodes.includes(node)),
    );
    const nodeFindings = [...missing].map((node) =>
      found('no-node', { ...values, node: `${node}` }, evidence),
    );
    const bad = [...cpuFindings, ...nodeFindings];
    return bad.length > 0 ? bad : [found('fits', values, evidence)];
  },
});

/** What holds for all vCPUs is used only for what has no set of its own, the emulator before others. */
function isUsed({ what }: Pinning, pinning: readonly Pinning[]): boolean {
  return what !== 'all vCPUs' || !pinning.some((pin) => pin.what === 'the emulator');
}
