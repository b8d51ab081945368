import { CompareCpuFlag, CpuCompare, ErrorNumber, isRemote } from '@virt-ferry/libvirt';
import { ofKind } from '../../inventory/devices.ts';
import { all, attributeAt, parseXml, serializeInside, textAt } from '../../inventory/xml.ts';
import { type CheckContext, defineCheck } from '../check.ts';
import { destinationCapabilities } from '../destination-capabilities.ts';

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
      message: '{there} lacks CPU features that {domain} sees: {features}',
      remedy:
        'choose a destination with the same or a newer CPU, or give {domain} {usable} (virsh edit {domain}) and restart it',
    },
    compatible: { severity: 'pass', message: '{there} has the CPU that {domain} sees' },
  },
  async run(context, found) {
    const { destination, domain } = context;
    const named = { there: destination.host.ref.name, domain: domain.name };
    const { emulator, arch, machine, virtType: virttype, cpuXml: xml } = domain;
    if (xml === null) return [found('default', { domain: domain.name }, 'its XML has no <cpu>')];
    // libvirt calls every host a superset of a CPU that is the host's own: passthrough.ts looks at those.
    if (ofKind(domain.devices, 'cpu').some(({ mode }) => mode === 'host-passthrough' || mode === 'maximum'))
      return [];
    let result: number;
    try {
      // Where the CPU doesn't fit, libvirt names what lacks only if it is to fail.
      const asked = { emulator, arch, machine, virttype, xml, flags: CompareCpuFlag.failIncompatible };
      ({ result } = await destination.connection.connectCompareHypervisorCpu(asked));
    } catch (error) {
      if (!isRemote(error)) throw error;
      if (error.number !== ErrorNumber.cpuIncompatible) return [found('unknown', named, error.message)];
      const values = { ...named, features: lackingIn(error.message), usable: await usableFor(xml, context) };
      return [found('incompatible', values, `libvirt says: ${error.message}`)];
    }
    if (result === CpuCompare.identical) return [found('compatible', named, 'identical')];
    if (result === CpuCompare.superset) return [found('compatible', named, 'superset')];
    const values = {
      ...named,
      features: 'libvirt does not say which',
      usable: await usableFor(xml, context),
    };
    return [found('incompatible', values, `compared ${xml.replace(/\s+/g, ' ').slice(0, 300)}`)];
  },
});

/** The names in "Host CPU does not provide required features: …" (src/cpu/cpu_x86.c), else all that is said. */
function lackingIn(message: string): string {
  return /features: (.+)$/.exec(message)?.[1] ?? message;
}

/** A CPU that the guest's and the destination's have in common, in words for a remedy. */
async function usableFor(cpuXml: string, context: CheckContext): Promise<string> {
  const { emulator, arch, machine, virtType: virttype } = context.domain;
  const any = 'a CPU model that both hosts have';
  try {
    const capabilities = await destinationCapabilities(context);
    const theirs = all(capabilities, 'cpu/mode').find(
      (mode) => attributeAt(mode, '', 'name') === 'host-model',
    );
    if (theirs === undefined) return any;
    const xmls = [cpuXml, `<cpu mode="custom" match="exact">${serializeInside(theirs)}</cpu>`];
    const asked = { emulator, arch, machine, virttype, xmls, flags: 0 };
    const { cpu } = await context.destination.connection.connectBaselineHypervisorCpu(asked);
    const common = parseXml(cpu, 'the baseline CPU');
    const model = textAt(common, 'model');
    if (model === null) return any;
    const without = all(common, 'feature')
      .filter((feature) => attributeAt(feature, '', 'policy') === 'disable')
      .map((feature) => attributeAt(feature, '', 'name'));
    return `the CPU model ${model}${without.length > 0 ? ` without ${without.join(', ')}` : ''}, which both hosts have,`;
  } catch (error) {
    // It was only for the remedy.
    if (isRemote(error)) return any;
    throw error;
  }
}
