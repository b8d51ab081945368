import { ofKind } from '../../inventory/devices.ts';
import type { Domain } from '../../model.ts';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/**
 * Devices of the host that a domain uses. Whether one can move is QEMU's to say since it moves some VFIO devices (8.1);
 * before libvirt could ask it, libvirt refused all but USB and those that fail over
 * (`qemuMigrationSrcIsAllowedHostdev`, src/qemu/qemu_migration.c). What moves is looked for by its address there.
 */
export const hostDevicesCheck = defineCheck({
  subject: 'host-devices',
  title: 'no device of the host holds the domain back',
  texts: {
    bound: {
      severity: 'blocker',
      message: '{domain} uses {device} of {here}, which cannot move',
      remedy: 'detach it first: virsh detach-device {domain} DEVICE.xml --live',
    },
    'needed-there': {
      severity: 'warning',
      message: '{domain} uses {device} of {here}, and {there} must have the same one at the same address',
      remedy:
        'look on {there}: virsh nodedev-list; or detach it: virsh detach-device {domain} DEVICE.xml --live',
    },
    'left-behind': {
      severity: 'warning',
      message: 'the guest of {domain} loses {device} of {here} in mid-work, and gets a new one on {there}',
      remedy: 'detach it first: virsh detach-device {domain} DEVICE.xml --live',
    },
    'fails-over': {
      severity: 'notice',
      message:
        'QEMU unplugs {device} of {domain} before the move, and the guest must take its other interface',
    },
  },
  async run(context, found) {
    const { source, destination, domain } = context;
    const used = usedBy(domain);
    if (used.length === 0) return [];
    const moves = await sourceVouches(context, 'qemu');
    return used.map(({ type, device, failsOver }) => {
      const named = {
        ...{ domain: domain.name, device },
        ...{ here: source.host.ref.name, there: destination.host.ref.name },
      };
      const evidence = `its description has ${device}`;
      if (failsOver) return found('fails-over', named, `${evidence}, with teaming of type transient`);
      // libvirt attaches the USB device of that vendor and product, or address, to the QEMU over there.
      if (type === 'usb') return found('left-behind', named, evidence);
      const vouched = 'QEMU names nothing that blocks a migration';
      return moves
        ? found('needed-there', named, `${evidence}; ${vouched}`)
        : found('bound', named, evidence);
    });
  },
});

/** What takes a device of the host, as `<hostdev>` or as `<interface>`. */
function usedBy({ devices }: Domain) {
  const passed = ofKind(devices, 'host-device').map(({ type, name, failsOver }) => ({
    type,
    device: `host device ${type} ${name}`.trim(),
    failsOver,
  }));
  const interfaces = ofKind(devices, 'interface').filter(({ type }) => type === 'hostdev' || type === 'vdpa');
  return [
    ...passed,
    ...interfaces.map(({ type, mac, failsOver }) => ({
      type,
      device: `interface ${mac} of type ${type}`,
      failsOver,
    })),
  ];
}
