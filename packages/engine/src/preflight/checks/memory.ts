import { defineCheck } from '../check.ts';

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
    enough: { severity: 'pass', message: '{there} has enough memory for {domain}' },
  },
  run({ destination, domain }, found) {
    // Its memory is set aside beforehand, and counted as used already: see hugepages.ts.
    if (domain.requires.hugePages !== null) return [];
    const { ref, availableMemoryBytes, memoryBytes } = destination.host;
    const evidence = `${mib(availableMemoryBytes)} of ${mib(memoryBytes)} available on ${ref.name}, ${mib(domain.memoryBytes)} needed`;
    const named = { there: ref.name, domain: domain.name };
    if (domain.memoryBytes > availableMemoryBytes) return [found('short', named, evidence)];
    const left = availableMemoryBytes - domain.memoryBytes;
    return [found(left < memoryBytes * HEADROOM ? 'tight' : 'enough', named, evidence)];
  },
});

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
