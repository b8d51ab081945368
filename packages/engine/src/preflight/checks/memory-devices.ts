import { ofKind } from '../../inventory/devices.ts';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/** A DIMM must land where the guest knows it, so libvirt refuses one of which it doesn't know the place. */
export const memoryDevicesCheck = defineCheck({
  subject: 'memory-devices',
  title: 'every memory device has its place',
  texts: {
    unplaced: {
      severity: 'blocker',
      message: '{domain} has a DIMM whose slot and address libvirt on {here} does not know',
      remedy: 'shut {domain} down and start it anew, so that libvirt places it',
    },
  },
  async run(context, found) {
    const { source, domain } = context;
    const unplaced = ofKind(domain.devices, 'memory').filter(
      ({ model, placed }) => model === 'dimm' && !placed,
    );
    if (unplaced.length === 0 || (await sourceVouches(context, 'libvirt'))) return [];
    const named = { domain: domain.name, here: source.host.ref.name };
    return [found('unplaced', named, `${unplaced.length} in its description without <address type='dimm'>`)];
  },
});
