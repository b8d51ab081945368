import { CpuCompare, isRemote } from '@virt-ferry/libvirt';
import { defineCheck } from '../check.ts';

/** The CPU that the guest sees now must be one that the destination can give it. */
export const cpuCheck = defineCheck({
  subject: 'cpu',
  title: 'the destination can give the guest its CPU',
  texts: {
    default: { severity: 'pass', message: '{domain} uses the default CPU' },
    unknown: {
      severity: 'warning',
      message: '{there} could not compare its CPU with that of {domain}',
      remedy: 'compare the CPUs of both hosts by hand: lscpu',
    },
    incompatible: {
      severity: 'blocker',
      message: '{there} lacks CPU features that {domain} sees',
      remedy:
        'choose a destination with the same or a newer CPU, or give {domain} a CPU model that both hosts have and restart it',
    },
    compatible: { severity: 'pass', message: '{there} has the CPU that {domain} sees' },
  },
  async run({ destination, domain }, found) {
    const there = destination.host.ref.name;
    const named = { there, domain: domain.name };
    if (domain.cpuXml === null) return [found('default', { domain: domain.name }, 'its XML has no <cpu>')];
    const { emulator, arch, machine, virtType: virttype, cpuXml: xml } = domain;
    let result: number;
    try {
      const asked = { emulator, arch, machine, virttype, xml, flags: 0 };
      ({ result } = await destination.connection.connectCompareHypervisorCpu(asked));
    } catch (error) {
      if (!isRemote(error)) throw error;
      return [found('unknown', named, error.message)];
    }
    if (result === CpuCompare.identical) return [found('compatible', named, 'identical')];
    if (result === CpuCompare.superset) return [found('compatible', named, 'superset')];
    const compared = `compared ${xml.replace(/\s+/g, ' ').slice(0, 300)}`;
    return [found('incompatible', named, compared)];
  },
});
