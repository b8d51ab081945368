import { CpuCompare, isRemote } from '@virt-ferry/libvirt';
import { type Check, findingsOf } from './check.ts';

const { blocker, warning, pass } = findingsOf('cpu');

/** The CPU that the guest sees now must be one that the destination can give it. */
export const cpuCheck: Check = {
  subject: 'cpu',
  title: 'the destination can give the guest its CPU',
  async run({ destination, domain }) {
    const there = destination.host.ref.name;
    if (domain.cpuXml === null) {
      return [
        pass({
          id: 'default',
          message: `${domain.name} uses the default CPU`,
          evidence: 'its XML has no <cpu>',
        }),
      ];
    }
    const { emulator, arch, machine, virtType: virttype, cpuXml: xml } = domain;
    let result: number;
    try {
      ({ result } = await destination.connection.connectCompareHypervisorCpu({
        emulator,
        arch,
        machine,
        virttype,
        xml,
        flags: 0,
      }));
    } catch (error) {
      if (!isRemote(error)) throw error;
      const message = `${there} could not compare its CPU with that of ${domain.name}`;
      return [
        warning(
          { id: 'unknown', message, evidence: error.message },
          'compare the CPUs of both hosts by hand: lscpu',
        ),
      ];
    }
    if (result === CpuCompare.identical || result === CpuCompare.superset) {
      const message = `${there} has the CPU that ${domain.name} sees`;
      return [
        pass({
          id: 'compatible',
          message,
          evidence: result === CpuCompare.superset ? 'superset' : 'identical',
        }),
      ];
    }
    const message = `${there} lacks CPU features that ${domain.name} sees`;
    const remedy = `choose a destination with the same or a newer CPU, or give ${domain.name} a CPU model that both hosts have and restart it`;
    return [
      blocker(
        { id: 'incompatible', message, evidence: `compared ${xml.replace(/\s+/g, ' ').slice(0, 300)}` },
        remedy,
      ),
    ];
  },
};
