import { isRemote } from '@virt-ferry/libvirt';
import { defineCheck } from '../check.ts';
import { destinationCapabilities } from '../destination-capabilities.ts';

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
  async run(context, found) {
    const { destination, domain } = context;
    const there = destination.host.ref.name;
    const { emulator, arch, machine, virtType } = domain;
    const by = emulator ?? 'the default emulator';
    const named = { there, kind: `${arch} ${virtType}`, machine };
    try {
      await destinationCapabilities(context);
    } catch (error) {
      if (!isRemote(error)) throw error;
      return [found('unsupported', { ...named, domain: domain.name, emulator: by }, error.message)];
    }
    return [found('supported', named, `domain capabilities of ${by}`)];
  },
});
