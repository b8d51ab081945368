import { formatVersion } from '@virt-ferry/libvirt';
import type { Disk, Finding } from '../../model.ts';
import { defineCheck } from '../check.ts';

/** The first that drop their caches of an image before another host opens it, and that know this (see `provenShared`). */
const QEMU_DROPS_FROM = 4_000_000;
const LIBVIRT_KNOWS_FROM = 5_007_000;

/**
 * What libvirt refuses as unsafe (qemuMigrationSrcIsSafe) and Ferry does not overrule: migrate/unsafe.ts passes UNSAFE
 * only for what is proven. Whether libvirt knows a file system as shared no call tells.
 */
export const unsafeCheck = defineCheck({
  subject: 'unsafe',
  title: 'libvirt calls the disks safe to move',
  texts: {
    nvme: {
      severity: 'blocker',
      message: 'disk {disk} of {domain} is an NVMe device of {here} itself, which libvirt does not move',
      remedy: 'detach it first, on {here}: virsh detach-disk {domain} {disk} --live',
    },
    cache: {
      severity: 'blocker',
      message:
        'disk {disk} of {domain} has cache {cache}, which libvirt {version} on {here} calls unsafe to move',
      remedy: 'give it cache none in the definition and restart {domain}: virsh edit {domain}',
    },
    format: {
      severity: 'warning',
      message:
        'disk {disk} of {domain} has format {format}: if libvirt on {here} does not know its file system as shared, it refuses the move, and Ferry does not overrule it',
      remedy: 'convert it to qcow2 or raw, or put it on a file system that libvirt knows as shared, as NFS',
    },
  },
  async run(context, found) {
    const { source, domain } = context;
    const copied = new Set((await context.storagePlan()).disks.map(({ target }) => target));
    const { ref, libvirtVersion, hypervisorVersion } = source.host;
    const drops = hypervisorVersion >= QEMU_DROPS_FROM && libvirtVersion >= LIBVIRT_KNOWS_FROM;
    return domain.disks.flatMap((disk): Finding[] => {
      if (disk.readOnly || disk.source.kind === 'empty' || copied.has(disk.target)) return [];
      const values = { disk: disk.target, domain: domain.name, here: ref.name };
      const evidence = `QEMU ${formatVersion(hypervisorVersion)}, libvirt ${formatVersion(libvirtVersion)}`;
      if (disk.source.kind === 'other' && disk.source.type === 'nvme')
        return [found('nvme', values, evidence)];
      if (disk.source.kind === 'network') return [];
      if (!drops && !bypassesCache(disk) && !disk.shareable) {
        const said = { cache: disk.cache ?? 'default', version: formatVersion(libvirtVersion) };
        return [found('cache', { ...values, ...said }, evidence)];
      }
      const { format } = disk;
      if (disk.source.kind !== 'file' || format === 'raw' || format === 'qcow2') return [];
      return [found('format', { ...values, format: format ?? 'unknown' }, 'drop-cache is for raw and qcow2')];
    });
  },
});

function bypassesCache({ cache }: Disk): boolean {
  return cache === 'none' || cache === 'directsync';
}
