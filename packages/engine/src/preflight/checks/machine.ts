import { isRemote } from '@virt-ferry/libvirt';
import { defineCheck } from '../check.ts';

/** The destination's QEMU must know the exact machine type, and be there at all. */
export const machineCheck = defineCheck({
  subject: 'machine',
  title: 'the destination knows the machine type',
  texts: {
    unsupported: {
      severity: 'blocker',
      message: '{there} cannot run {domain}: no {kind} machine {machine} by {emulator}',
      remedy: 'install a QEMU on {there} that has {machine}, or choose another destination',
    },
    supported: { severity: 'pass', message: '{there} can run {kind} machine {machine}' },
  },
  async run({ destination, domain }, found) {
    const there = destination.host.ref.name;
    const { emulator, arch, machine, virtType: virttype } = domain;
    const by = emulator ?? 'the default emulator';
    const named = { there, kind: `${arch} ${virttype}`, machine };
    try {
      const asked = { emulator, arch, machine, virttype, flags: 0 };
      await destination.connection.connectGetDomainCapabilities(asked);
    } catch (error) {
      if (!isRemote(error)) throw error;
      return [found('unsupported', { ...named, domain: domain.name, emulator: by }, error.message)];
    }
    return [found('supported', named, `domain capabilities of ${by}`)];
  },
});
