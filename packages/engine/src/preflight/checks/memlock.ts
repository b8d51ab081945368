import { defineCheck } from '../check.ts';

/** CAP_SYS_RESOURCE of linux/capability.h. */
const SYS_RESOURCE = 24n;
const MIB = 1024 ** 2;

/**
 * libvirt raises QEMU's limit of locked memory as far as the guest needs (qemu_domain.c,
 * qemuDomainAdjustMaxMemLock), which only a daemon with CAP_SYS_RESOURCE may (virprocess.c,
 * "cannot limit locked memory of process").
 */
export const memlockCheck = defineCheck({
  subject: 'memlock',
  title: 'the destination may lock the memory of the guest',
  texts: {
    limited: {
      severity: 'blocker',
      message:
        '{domain} locks its {needed} MiB of memory, and libvirt on {there} may neither lock more than {limit} MiB nor raise that',
      remedy: 'on {there}: systemctl edit libvirtd, and set LimitMEMLOCK=infinity in [Service]; restart it',
    },
  },
  async run({ destination, domain, shells }, found) {
    if (!domain.requires.locked) return [];
    const { shell } = await shells.destination();
    const daemon = shell?.facts.daemon ?? null;
    if (daemon === null || ((daemon.capabilities >> SYS_RESOURCE) & 1n) === 1n) return [];
    if (daemon.lockedBytes >= domain.memoryBytes) return [];
    const named = {
      ...{ domain: domain.name, there: destination.host.ref.name },
      ...{ needed: mib(domain.memoryBytes), limit: mib(daemon.lockedBytes) },
    };
    return [found('limited', named, `its capabilities are ${daemon.capabilities.toString(16)}`)];
  },
});

function mib(bytes: number): string {
  return String(Math.round(bytes / MIB));
}
