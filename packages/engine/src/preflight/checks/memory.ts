import { AllDomainStatsFlag, DomainStats, paramsByName } from '@virt-ferry/libvirt';
import { defineCheck, type Side } from '../check.ts';

const KIB = 1024;
const MIB = 1024 ** 2;
/** Below this share left over, other guests and the host itself may begin to swap. A rule of thumb. */
const HEADROOM = 0.1;

/** While it moves, the domain's memory is needed on both hosts. */
export const memoryCheck = defineCheck({
  subject: 'memory',
  title: 'the destination has the memory',
  texts: {
    short: {
      severity: 'blocker',
      message: '{there} has too little memory for {domain}',
      remedy: 'free memory on {there} or choose another destination',
    },
    tight: {
      severity: 'warning',
      message: '{there} will be short of memory with {domain} on it',
      remedy: 'free memory on {there} first',
    },
    overcommitted: {
      severity: 'warning',
      message: 'the guests on {there} and {domain} may together take more memory than {there} has',
      remedy: 'move guests away from {there}, or choose another destination',
    },
    enough: { severity: 'pass', message: '{there} has enough memory for {domain}' },
  },
  async run({ destination, domain }, found) {
    // Its memory is set aside beforehand, and counted as used already: see hugepages.ts.
    if (domain.requires.hugePages !== null) return [];
    const { ref, availableMemoryBytes, memoryBytes } = destination.host;
    const evidence = `${mib(availableMemoryBytes)} of ${mib(memoryBytes)} available on ${ref.name}, ${mib(domain.memoryBytes)} needed`;
    const named = { there: ref.name, domain: domain.name };
    if (domain.memoryBytes > availableMemoryBytes) return [found('short', named, evidence)];
    const left = availableMemoryBytes - domain.memoryBytes;
    const now = found(left < memoryBytes * HEADROOM ? 'tight' : 'enough', named, evidence);
    const promised = await promisedBytes(destination);
    if (promised + domain.memoryBytes <= memoryBytes) return [now];
    const sum = `${mib(promised)} promised to guests there and ${mib(domain.memoryBytes)} to ${domain.name}, of ${mib(memoryBytes)}`;
    return [found('overcommitted', named, sum), ...(now.severity === 'pass' ? [] : [now])];
  },
});

/** The most that the running guests of a host may take, resident or not; asked without waiting for a busy one. */
async function promisedBytes({ connection }: Side): Promise<number> {
  const flags = AllDomainStatsFlag.active | AllDomainStatsFlag.noWait;
  const { records } = await connection.connectGetAllDomainStats({
    doms: [],
    stats: DomainStats.balloon,
    flags,
  });
  const maxima = records.map(({ params }) => Number(paramsByName(params).get('balloon.maximum') ?? 0));
  return maxima.reduce((sum, kib) => sum + kib * KIB, 0);
}

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
