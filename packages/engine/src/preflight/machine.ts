import { isRemote } from '@virt-ferry/libvirt';
import { type Check, findingsOf } from './check.ts';

const { blocker, pass } = findingsOf('machine');

/** The destination's QEMU must know the exact machine type, and be there at all. */
export const machineCheck: Check = {
  subject: 'machine',
  title: 'the destination knows the machine type',
  async run({ destination, domain }) {
    const there = destination.host.ref.name;
    const { emulator, arch, machine, virtType: virttype } = domain;
    try {
      await destination.connection.connectGetDomainCapabilities({
        emulator,
        arch,
        machine,
        virttype,
        flags: 0,
      });
    } catch (error) {
      if (!isRemote(error)) throw error;
      const message = `${there} cannot run ${domain.name}: no ${virttype} machine ${machine} (${arch}) by ${emulator ?? 'its emulator'}`;
      return [
        blocker(
          { id: 'unsupported', message, evidence: error.message },
          `install a QEMU on ${there} that has ${machine}, or choose another destination`,
        ),
      ];
    }
    const message = `${there} can run ${virttype} machine ${machine} (${arch})`;
    return [
      pass({
        id: 'supported',
        message,
        evidence: `domain capabilities of ${emulator ?? 'the default emulator'}`,
      }),
    ];
  },
};
