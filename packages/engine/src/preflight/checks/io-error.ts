import { DomainState, PausedReason } from '@virt-ferry/libvirt';
import { defineCheck } from '../check.ts';

/**
 * A guest that QEMU stopped at an error of its disk. It can move, and what failed is tried again over there; libvirt
 * refuses it only with ABORT_ON_ERROR, which Ferry doesn't ask for (`qemuMigrationSrcIsAllowed`).
 */
export const ioErrorCheck = defineCheck({
  subject: 'io-error',
  title: 'no error of a disk has stopped the domain',
  texts: {
    stopped: {
      severity: 'warning',
      message:
        '{domain} was stopped on {here} by an error of its storage, and stays stopped when it has moved',
      remedy: 'see which disk it is (virsh domblkerror {domain}), mend it, and go on: virsh resume {domain}',
    },
  },
  async run({ source, domain, dom }, found) {
    if (domain.state !== 'paused') return [];
    const { state, reason } = await source.connection.domainGetState({ dom, flags: 0 });
    if (state !== DomainState.paused || reason !== PausedReason.ioError) return [];
    const named = { domain: domain.name, here: source.host.ref.name };
    return [found('stopped', named, 'libvirt says: paused (I/O error)')];
  },
});
