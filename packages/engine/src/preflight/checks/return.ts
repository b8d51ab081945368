import { formatVersion } from '@virt-ferry/libvirt';
import type { Host } from '../../model.ts';
import { defineCheck } from '../check.ts';
import { trippedByHt, trippedByPcie } from '../version-pairs.ts';

/**
 * Whether the domain can go there, and come back, by what is known of the versions on both sides. What it runs with
 * goes with it (machine type, CPU), so the source can run it again. From older to newer is what libvirt promises; QEMU
 * means both ways to work for a machine type that both know (docs/devel/migration/compatibility.rst), and the way back
 * is less tried. What was tried is in docs/preflight/guest.md.
 */
export const returnCheck = defineCheck({
  subject: 'return',
  title: 'the versions of both hosts allow the way there and back',
  texts: {
    'ht-there': {
      severity: 'warning',
      message:
        '{domain} has several vCPUs in a socket, which QEMU 10 tells and older ones do not; libvirt on {there} takes that for another CPU, unless its distribution has mended it',
      remedy:
        'give {domain} a socket for each vCPU (<topology> in virsh edit {domain}) and restart it, or update both hosts to libvirt 11.10.0 and QEMU 10.0.0 or newer',
    },
    'ht-back': {
      severity: 'warning',
      message:
        '{domain} has several vCPUs in a socket, which QEMU 10 tells and older ones do not; libvirt on {here} will take that for another CPU on the way back',
      remedy:
        'give {domain} a socket for each vCPU (<topology> in virsh edit {domain}) and restart it, or update both hosts to libvirt 11.10.0 and QEMU 10.0.0 or newer',
    },
    'pcie-there': {
      severity: 'warning',
      message:
        'QEMU 8.0.0 on {here} sends a PCI Express register of {domain} that the older one on {there} does not take, unless its distribution has mended it',
      remedy: 'choose a destination with QEMU 8.0.0 or newer, or update QEMU on {here} and restart {domain}',
    },
    'pcie-back': {
      severity: 'warning',
      message:
        'once {domain} is on {there}, its QEMU 8.0.0 sends a PCI Express register that the older one on {here} does not take, unless its distribution has mended it',
      remedy: 'update QEMU on {there} to 8.0.1 or newer first',
    },
    backwards: {
      severity: 'notice',
      message: '{there} is older than {here}; libvirt promises only moves from older to newer',
    },
    'back-is-backwards': {
      severity: 'notice',
      message:
        '{there} is newer than {here}; libvirt promises only moves from older to newer, so not the way back',
    },
    possible: { severity: 'pass', message: '{domain} could come back from {there} to {here}' },
  },
  run({ source, destination, domain }, found) {
    const [here, there] = [source.host, destination.host];
    const hosts = { here: here.ref.name, there: there.ref.name };
    const named = { domain: domain.name, ...hosts };
    const evidence = `${said(here)}; ${said(there)}; machine ${domain.machine}`;
    const order = [
      there.libvirtVersion - here.libvirtVersion,
      there.hypervisorVersion - here.hypervisorVersion,
    ];
    const broken = [
      ...(trippedByHt(domain, here, there) ? [found('ht-there', named, evidence)] : []),
      ...(trippedByHt(domain, there, here) ? [found('ht-back', named, evidence)] : []),
      ...(trippedByPcie(domain, here, there) ? [found('pcie-there', named, evidence)] : []),
      ...(trippedByPcie(domain, there, here) ? [found('pcie-back', named, evidence)] : []),
    ];
    const older = order.some((difference) => difference < 0) ? [found('backwards', hosts, evidence)] : [];
    const newer = order.some((difference) => difference > 0)
      ? [found('back-is-backwards', hosts, evidence)]
      : [];
    const known = [...broken, ...older, ...newer];
    return known.length > 0 ? known : [found('possible', named, evidence)];
  },
});

function said({ ref, libvirtVersion, hypervisorVersion }: Host): string {
  return `${ref.name} has libvirt ${formatVersion(libvirtVersion)} and QEMU ${formatVersion(hypervisorVersion)}`;
}
