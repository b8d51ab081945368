import { ofKind } from '../../inventory/devices.ts';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/**
 * Directories of the host inside the guest. libvirt refused virtiofs up to 10.5, and since then takes one whose daemon
 * can hand its state over or that it doesn't run itself (`qemuMigrationSrcIsAllowed`, src/qemu/qemu_migration.c). QEMU
 * refuses 9p only while the guest has it mounted (hw/9pfs/9p.c). Neither sends what is in the directory.
 */
export const filesystemsCheck = defineCheck({
  subject: 'filesystems',
  title: 'no directory of the host holds the domain back',
  texts: {
    virtiofs: {
      severity: 'blocker',
      message: '{domain} has a directory of {here} by virtiofs, as {target}, which cannot move',
      remedy:
        'unmount {target} in the guest and detach it: virsh detach-device {domain} FILESYSTEM.xml --live',
    },
    '9p': {
      severity: 'warning',
      message: '{domain} has a directory of {here} by 9p, as {target}, and cannot move while it is mounted',
      remedy: 'unmount it in the guest: umount -t 9p -a',
    },
    'needed-there': {
      severity: 'warning',
      message: '{there} must have the same directory for {target} of {domain} as {here}, with the same in it',
      remedy: 'put the directory on storage that both hosts mount at the same path',
    },
  },
  async run(context, found) {
    const { source, destination, domain } = context;
    const filesystems = ofKind(domain.devices, 'filesystem');
    if (filesystems.length === 0) return [];
    const [libvirt, qemu] = await Promise.all([
      sourceVouches(context, 'libvirt'),
      sourceVouches(context, 'qemu'),
    ]);
    return filesystems.map(({ driver, target }) => {
      const named = {
        ...{ domain: domain.name, target },
        ...{ here: source.host.ref.name, there: destination.host.ref.name },
      };
      const evidence = `its description has a file system by ${driver}`;
      if (driver === 'virtiofs' && !libvirt) return found('virtiofs', named, evidence);
      if (driver !== 'virtiofs' && !qemu) return found('9p', named, evidence);
      return found('needed-there', named, `${evidence}, which the source would send`);
    });
  },
});
