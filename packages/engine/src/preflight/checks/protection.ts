import { ofKind } from '../../inventory/devices.ts';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/**
 * Memory that the host itself can't read can't be sent by it either: "SEV: Migration is not implemented"
 * (QEMU's target/i386/sev.c), "protected VMs are currently not migratable" (target/s390x/kvm/pv.c).
 */
export const protectionCheck = defineCheck({
  subject: 'protection',
  title: "the domain's memory can be read by its host",
  texts: {
    encrypted: {
      severity: 'blocker',
      message: '{domain} is protected from {here} by {type}, and its memory cannot be sent',
      remedy: 'shut {domain} down and start it on the other host',
    },
  },
  async run(context, found) {
    const { source, domain } = context;
    const protections = ofKind(domain.devices, 'protection');
    if (protections.length === 0 || (await sourceVouches(context, 'qemu'))) return [];
    return protections.map(({ type }) =>
      found(
        'encrypted',
        { domain: domain.name, here: source.host.ref.name, type },
        `its description has <launchSecurity type='${type}'>`,
      ),
    );
  },
});
