import { type Check, findingsOf } from './check.ts';

const { blocker, warning, pass } = findingsOf('memory');
const MIB = 1024 ** 2;
/** Below this share left over, other guests and the host itself may begin to swap. A rule of thumb. */
const HEADROOM = 0.1;

/** While it moves, the domain's memory is needed on both hosts. */
export const memoryCheck: Check = {
  subject: 'memory',
  title: 'the destination has the memory',
  async run({ destination, domain }) {
    const { ref, availableMemoryBytes, memoryBytes } = destination.host;
    const needed = mib(domain.memoryBytes);
    const evidence = `${mib(availableMemoryBytes)} of ${mib(memoryBytes)} available on ${ref.name}, ${needed} needed`;
    if (domain.memoryBytes > availableMemoryBytes) {
      const message = `${ref.name} has too little memory for ${domain.name}`;
      return [
        blocker(
          { id: 'short', message, evidence },
          `free memory on ${ref.name} or choose another destination`,
        ),
      ];
    }
    if (domain.memoryBytes > availableMemoryBytes - memoryBytes * HEADROOM) {
      const message = `${ref.name} will be short of memory with ${domain.name} on it`;
      return [warning({ id: 'tight', message, evidence }, `free memory on ${ref.name} first`)];
    }
    return [pass({ id: 'enough', message: `${ref.name} has enough memory for ${domain.name}`, evidence })];
  },
};

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
