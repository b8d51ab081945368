import type { HostFacts } from '../../host-shell/facts.ts';
import { defineCheck } from '../check.ts';

/** Locks keep a disk from being written by two guests at once only where all hosts take part in them. */
export const locksCheck = defineCheck({
  subject: 'locks',
  title: 'both hosts lock disks in the same way',
  texts: {
    differ: {
      severity: 'warning',
      message:
        'disks are locked by {near} on {here}, but by {far} on {there}: the hosts do not see each other’s locks',
      remedy: 'set the same lock_manager in /etc/libvirt/qemu.conf of both, and restart libvirtd',
    },
    same: { severity: 'pass', message: '{here} and {there} both lock disks by {near}' },
  },
  async run({ source, destination, shells }, found) {
    const [here, there] = await Promise.all([shells.source(), shells.destination()]);
    const [near, far] = [managerOf(here.shell?.facts), managerOf(there.shell?.facts)];
    if (near === null || far === null || (near === NONE && far === NONE)) return [];
    const named = { here: source.host.ref.name, there: destination.host.ref.name, near };
    const evidence = `lock_manager of qemu.conf: ${near} on ${named.here}, ${far} on ${named.there}`;
    return [near === far ? found('same', named, evidence) : found('differ', { ...named, far }, evidence)];
  },
});

/** What libvirt takes where none is set (qemu_driver.c, qemuStateInitialize). */
const NONE = 'nop';

/** `lockd`, `sanlock`, `nop`; `null` where nobody can tell. */
function managerOf(facts: HostFacts | undefined): string | null {
  const conf = facts?.qemuConf ?? null;
  return conf === null ? null : (conf.get('lock_manager') ?? NONE);
}
