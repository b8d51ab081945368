import type { Element } from '@xmldom/xmldom';
import { ofKind } from '../../inventory/devices.ts';
import { all, attributeAt } from '../../inventory/xml.ts';
import { defineCheck } from '../check.ts';
import { capabilitiesIfAny } from '../destination-capabilities.ts';

/**
 * An emulated TPM needs swtpm over there, which libvirt starts and which gets the state of the TPM with the guest's. One
 * that is passed through is a chip of the host: QEMU sends none of what it keeps (backends/tpm/tpm_passthrough.c).
 */
export const tpmCheck = defineCheck({
  subject: 'tpm',
  title: "the domain's TPM can come along",
  texts: {
    'passed-through': {
      severity: 'blocker',
      message: '{domain} uses the TPM of {here}, whose keys stay there',
      remedy: 'give {domain} an emulated TPM (virsh edit {domain}), or take it out',
    },
    'no-emulator': {
      severity: 'blocker',
      message: '{there} has no {what} for the TPM of {domain}',
      remedy: 'on {there}: install swtpm and swtpm-tools',
    },
    emulated: { severity: 'pass', message: '{there} can emulate the TPM of {domain}' },
  },
  async run(context, found) {
    const { source, destination, domain } = context;
    const [tpm] = ofKind(domain.devices, 'tpm');
    if (!tpm) return [];
    const there = destination.host.ref.name;
    const named = { domain: domain.name, there };
    const evidence = `its description has a TPM with backend ${tpm.backend}`;
    if (tpm.backend === 'passthrough')
      return [found('passed-through', { domain: domain.name, here: source.host.ref.name }, evidence)];
    if (tpm.backend !== 'emulator') return [];
    const capabilities = await capabilitiesIfAny(context);
    if (capabilities === null) return [];
    const backends = namedIn(capabilities, 'backendModel');
    const versions = namedIn(capabilities, 'backendVersion');
    const says = `domain capabilities of ${there}: backends ${backends.join(', ') || 'none'}, versions ${versions.join(', ') || 'not named'}`;
    if (!backends.includes('emulator')) return [found('no-emulator', { ...named, what: 'swtpm' }, says)];
    // Named since libvirt 8.6 only.
    if (tpm.version !== '' && versions.length > 0 && !versions.includes(tpm.version))
      return [found('no-emulator', { ...named, what: `swtpm of version ${tpm.version}` }, says)];
    return [found('emulated', named, says)];
  },
});

function namedIn(capabilities: Element, name: string): string[] {
  const enums = all(capabilities, 'devices/tpm/enum').filter((one) => attributeAt(one, '', 'name') === name);
  return enums.flatMap((one) => all(one, 'value')).map((value) => value.textContent ?? '');
}
