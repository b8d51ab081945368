import { defineCheck } from '../check.ts';
import { lookForDevice } from '../network/device.ts';

/** A guest that sits directly on a device of the host (macvtap) needs one of the same name on the destination. */
export const directCheck = defineCheck({
  subject: 'direct',
  title: 'the destination has the devices that the guest sits on',
  texts: {
    missing: {
      severity: 'blocker',
      message: '{there} has no network device {device}, on which {domain} sits directly',
      remedy:
        'on {there}: ip link property add dev DEVICE altname {device} helps libvirt 7.1 or newer; else rename the device: ip link set dev DEVICE name {device}',
    },
    there: { severity: 'pass', message: '{there} has the network device {device}' },
  },
  async run(context, found) {
    const { domain, destination } = context;
    const devices = domain.nics.flatMap(({ source }) => (source.kind === 'direct' ? [source.device] : []));
    const all = [...new Set(devices)].map(async (device) => {
      const named = { device, domain: domain.name, there: destination.host.ref.name };
      const seen = await lookForDevice(context, device);
      return seen === null ? [] : [found(seen.there ? 'there' : 'missing', named, seen.evidence)];
    });
    return (await Promise.all(all)).flat();
  },
});
