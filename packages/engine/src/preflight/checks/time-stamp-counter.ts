import { ofKind } from '../../inventory/devices.ts';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/**
 * A guest that was promised a time stamp counter of constant rate can move only where that rate is fixed: "domain has
 * 'invtsc' CPU feature but TSC frequency is not specified" (`qemuMigrationSrcIsAllowed`, src/qemu/qemu_migration.c).
 */
export const timeStampCounterCheck = defineCheck({
  subject: 'time-stamp-counter',
  title: "the guest's time stamp counter can move",
  texts: {
    unfixed: {
      severity: 'blocker',
      message: '{domain} has the CPU feature invtsc, and the rate of its time stamp counter is not fixed',
      remedy:
        "virsh edit {domain}: take invtsc out of <cpu>, or put <timer name='tsc' frequency='HZ'/> into <clock>; then restart it",
    },
  },
  async run(context, found) {
    const { domain } = context;
    const promised = ofKind(domain.devices, 'cpu').filter(({ features, tscFrequencySet }) => {
      const invtsc = features.find(({ name }) => name === 'invtsc');
      return !tscFrequencySet && (invtsc?.policy === 'require' || invtsc?.policy === 'force');
    });
    if (promised.length === 0 || (await sourceVouches(context, 'libvirt'))) return [];
    return [
      found('unfixed', { domain: domain.name }, 'its description requires invtsc and has no such timer'),
    ];
  },
});
