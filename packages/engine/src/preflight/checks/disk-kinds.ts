import { ofKind } from '../../inventory/devices.ts';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/**
 * Image formats whose QEMU driver blocks a migration: "The … format used by node '…' does not support live migration"
 * in block/{vmdk,vdi,vhdx,vpc,qcow,parallels}.c, and block/vvfat.c for a directory that can be written.
 */
const UNMOVABLE_FORMATS: readonly string[] = ['vmdk', 'vdi', 'vhdx', 'vpc', 'qcow', 'parallels'];

/** A disk can be where both hosts see it and still not move: for its format, or since it is thrown away. */
export const diskKindsCheck = defineCheck({
  subject: 'disk-kinds',
  title: 'no disk is of a kind that cannot move',
  texts: {
    format: {
      severity: 'blocker',
      message: 'disk {disk} of {domain} is a {format} image, or built on one, which QEMU cannot hand over',
      remedy:
        'make it qcow2: virsh blockcopy {domain} {disk} NEW.qcow2 --format qcow2 --transient-job --wait --pivot',
    },
    transient: {
      severity: 'blocker',
      message: 'disk {disk} of {domain} is transient: what the guest wrote lies on {here} alone',
      remedy: 'take <transient/> out (virsh edit {domain}), shut {domain} down and start it anew',
    },
  },
  async run(context, found) {
    const { source, domain } = context;
    const disks = ofKind(domain.devices, 'disk');
    const transient = disks.filter((disk) => disk.transient);
    const foreign = disks.flatMap(({ target, format, backingFormats }) => {
      const unmovable = [format, ...backingFormats].find((one) => UNMOVABLE_FORMATS.includes(one));
      return unmovable === undefined ? [] : [{ target, format: unmovable }];
    });
    const [libvirt, qemu] = await Promise.all([
      transient.length > 0 && sourceVouches(context, 'libvirt'),
      foreign.length > 0 && sourceVouches(context, 'qemu'),
    ]);
    const named = (disk: string) => ({ domain: domain.name, disk });
    return [
      ...(libvirt ? [] : transient).map(({ target }) =>
        found(
          'transient',
          { ...named(target), here: source.host.ref.name },
          `its description has <transient/>`,
        ),
      ),
      ...(qemu ? [] : foreign).map(({ target, format }) =>
        found('format', { ...named(target), format }, `its description names the format ${format}`),
      ),
    ];
  },
});
