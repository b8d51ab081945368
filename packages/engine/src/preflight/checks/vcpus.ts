import { attributeAt } from '../../inventory/xml.ts';
import { defineCheck } from '../check.ts';
import { capabilitiesIfAny } from '../destination-capabilities.ts';

/**
 * As many vCPUs as the machine type allows over there: more than that libvirt refuses to start ("Maximum CPUs greater
 * than specified machine type limit", src/qemu/qemu_validate.c). More than the host has CPUs it starts.
 */
export const vcpusCheck = defineCheck({
  subject: 'vcpus',
  title: 'the destination can give the domain its number of vCPUs',
  texts: {
    'too-many': {
      severity: 'blocker',
      message: '{domain} has {vcpus} vCPUs, and {there} gives a machine {machine} at most {most}',
      remedy:
        'choose another destination, or give it fewer: virsh setvcpus {domain} {most} --config --maximum',
    },
    crowded: {
      severity: 'warning',
      message: '{domain} has {vcpus} vCPUs, and {there} only {cpus} CPUs',
      remedy: 'choose a destination with more CPUs',
    },
    enough: { severity: 'pass', message: '{there} can give {domain} its {vcpus} vCPUs' },
  },
  async run(context, found) {
    const { destination, domain } = context;
    const capabilities = await capabilitiesIfAny(context);
    if (capabilities === null) return [];
    const { ref, cpus } = destination.host;
    const most = attributeAt(capabilities, 'vcpu', 'max');
    const named = { domain: domain.name, there: ref.name, vcpus: String(domain.vcpus) };
    const evidence = `${ref.name} has ${cpus} CPUs; domain capabilities: at most ${most ?? 'not said'}`;
    if (most !== null && domain.vcpus > Number(most))
      return [found('too-many', { ...named, machine: domain.machine, most }, evidence)];
    if (domain.vcpus > cpus) return [found('crowded', { ...named, cpus: String(cpus) }, evidence)];
    return [found('enough', named, evidence)];
  },
});
