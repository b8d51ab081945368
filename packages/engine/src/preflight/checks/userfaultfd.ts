import type { HostFacts } from '../../host-shell/facts.ts';
import { defineCheck } from '../check.ts';

/** The first QEMU that opens /dev/userfaultfd before it tries the system call (util/userfaultfd.c). */
const DEVICE_FROM = 8_000_000;
const ANYBODY_READS_AND_WRITES = 0o006;

/**
 * In post-copy the destination's QEMU fetches each page that the guest misses, by userfaultfd, which the kernel gives to
 * root, or to anybody where vm.unprivileged_userfaultfd is set, or by a device to whom its mode lets.
 */
export const userfaultfdCheck = defineCheck({
  subject: 'userfaultfd',
  title: 'the destination can take a guest in by post-copy',
  texts: {
    refused: {
      severity: 'blocker',
      message: 'QEMU on {there} runs as {user}, whom the kernel refuses what post-copy needs',
      remedy: 'on {there}: sysctl -w vm.unprivileged_userfaultfd=1',
    },
    'perhaps-refused': {
      severity: 'warning',
      message:
        'QEMU on {there} may run as a user whom the kernel refuses what post-copy needs: qemu.conf does not say which',
      remedy: 'on {there}: sysctl -w vm.unprivileged_userfaultfd=1',
    },
    given: { severity: 'pass', message: 'the kernel of {there} gives QEMU what post-copy needs' },
  },
  async run({ destination: { host }, wishes, shells }, found) {
    if (wishes.method !== 'post-copy') return [];
    const { shell } = await shells.destination();
    if (!shell || shell.facts.unprivilegedUserfaultfd === null || shell.facts.qemuConf === null) return [];
    const { facts } = shell;
    const user = facts.qemuConf?.get('user') ?? null;
    const named = { there: host.ref.name, user: user ?? 'a user' };
    const evidence = `vm.unprivileged_userfaultfd is ${facts.unprivilegedUserfaultfd ? 1 : 0}, qemu.conf names ${user ?? 'no user'}`;
    if (facts.unprivilegedUserfaultfd || isRoot(user)) return [found('given', named, evidence)];
    const device = host.hypervisorVersion >= DEVICE_FROM ? facts.userfaultfdDevice : null;
    if (user !== null && !mayBeOpened(device, user)) return [found('refused', named, evidence)];
    return device !== null && isOpen(device) ? [] : [found('perhaps-refused', named, evidence)];
  },
});

/** `root`, `0`, or `+0`, as qemu.conf has it. */
function isRoot(user: string | null): boolean {
  return user === 'root' || /^\+?0$/.test(user ?? '');
}

/** Whether that user may perhaps open it: its groups are not known here. */
function mayBeOpened(device: HostFacts['userfaultfdDevice'], user: string): boolean {
  if (device === null) return false;
  return (
    isOpen(device) || device.user === user || (device.group !== 'root' && (device.mode & 0o060) === 0o060)
  );
}

function isOpen({ mode }: { readonly mode: number }): boolean {
  return (mode & ANYBODY_READS_AND_WRITES) === ANYBODY_READS_AND_WRITES;
}
