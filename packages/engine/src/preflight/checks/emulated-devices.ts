import type { Device, Domain } from '../../model.ts';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/**
 * Devices that QEMU gives a guest but can't send. Newer ones may learn it, so where QEMU can be asked it has the last
 * word. From QEMU 5.2 to 10.0: `unmigratable` in hw/virtio/virtio-crypto.c, hw/audio/virtio-snd.c, hw/usb/dev-serial.c and
 * hw/nvme/ctrl.c, "virgl is not yet migratable" in hw/display/virtio-gpu.c.
 */
export const emulatedDevicesCheck = defineCheck({
  subject: 'emulated-devices',
  title: 'QEMU can send every device that it emulates',
  texts: {
    unmovable: {
      severity: 'blocker',
      message: '{domain} has {device}, which QEMU on {here} cannot send',
      remedy: 'take it out (virsh edit {domain}), shut {domain} down and start it anew',
    },
  },
  async run(context, found) {
    const { source, domain } = context;
    const held = unmovableIn(domain);
    if (held.length === 0 || (await sourceVouches(context, 'qemu'))) return [];
    return held.map((device) =>
      found(
        'unmovable',
        { domain: domain.name, here: source.host.ref.name, device },
        `its description has ${device}`,
      ),
    );
  },
});

function unmovableIn({ devices }: Domain): string[] {
  return devices.flatMap((device) => unmovable(device) ?? []);
}

function unmovable(device: Device): string | null {
  switch (device.kind) {
    case 'crypto':
      return `a crypto device (${device.model})`;
    case 'serial':
      return device.port === 'usb-serial' ? 'a serial port on USB' : null;
    case 'sound':
      return device.model === 'virtio' ? 'a virtio sound device' : null;
    case 'video':
      return device.accelerated ? `a video device (${device.model}) with 3D acceleration` : null;
    case 'disk':
      return device.bus === 'nvme' ? `an emulated NVMe controller for disk ${device.target}` : null;
    default:
      return null;
  }
}
