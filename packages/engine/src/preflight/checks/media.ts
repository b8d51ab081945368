import { dirname } from 'node:path';
import { AffectFlag } from '@virt-ferry/libvirt';
import type { Disk, Finding } from '../../model.ts';
import { fileAt } from '../../storage/directory.ts';
import { escapeXml } from '../../storage/pool-xml.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';

const texts = {
  missing: {
    severity: 'blocker',
    message: '{there} has no {path}, which is in drive {disk} of {domain}',
    remedy: 'eject it, on {here}: virsh change-media {domain} {disk} --eject --live; or copy it to {there}',
  },
  'missing-disk': {
    severity: 'blocker',
    message: '{there} has no {path}, the read-only disk {disk} of {domain}',
    remedy: 'copy it to {there}: scp {path} {there}:{path}',
  },
  dropped: {
    severity: 'notice',
    message:
      '{there} has no {path}, so drive {disk} of {domain} will be empty there, as its startup policy allows',
  },
  differs: {
    severity: 'warning',
    message: '{path} in drive {disk} of {domain} is another file on {there}',
    remedy:
      'copy it from {here} to {there}, or eject it, on {here}: virsh change-media {domain} {disk} --eject --live',
  },
  alike: {
    severity: 'notice',
    message:
      '{path} in drive {disk} of {domain} is a file of its own on {there}, of the same size; what is in it was not compared',
  },
  unseen: {
    severity: 'warning',
    message: 'could not see whether {there} has {path}, which is in drive {disk} of {domain}',
    remedy: 'look on {there}: ls -l {path}',
  },
  shared: { severity: 'pass', message: '{there} sees {path} in drive {disk} of {domain}' },
} as const satisfies Texts;

/** A disk that is only read in a file: it is never copied along, and libvirt calls it safe without looking. */
export interface Medium extends Disk {
  readonly source: { readonly kind: 'file'; readonly path: string };
}

export function isMedium(disk: Disk): disk is Medium {
  return disk.source.kind === 'file' && (disk.readOnly || disk.device === 'cdrom');
}

/**
 * What is in a drive must be on the destination too. Where it isn't, only the drive's startup policy lets libvirt go
 * on: `requisite` and `optional` empty a CD-ROM or floppy drive (qemuDomainCheckDiskStartupPolicy, qemu_domain.c).
 */
export const mediaCheck = defineCheck({
  subject: 'media',
  title: 'the destination has what is in the drives',
  texts,
  repairs: { missing: eject, differs: eject },
  async run(context, found) {
    return Promise.all(
      context.domain.disks.filter(isMedium).map((disk) => mediumFinding(disk, context, found)),
    );
  },
});

async function mediumFinding(
  { target, device, source: { path }, startupPolicy }: Medium,
  { source, destination, domain, names, proveShared }: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding> {
  const pathThere = names.path(path);
  const values = {
    disk: target,
    domain: domain.name,
    path: pathThere,
    here: source.host.ref.name,
    there: destination.host.ref.name,
  };
  const there = await fileAt(destination, pathThere);
  if (there.kind === 'unseen') return found('unseen', values, there.evidence);
  if (there.kind === 'no-directory' || there.value === null) {
    const evidence =
      there.kind === 'seen' ? `${dirname(pathThere)} is there, the file is not` : there.evidence;
    if (device === 'disk' || device === 'lun') return found('missing-disk', values, evidence);
    return found(startupPolicy === 'mandatory' ? 'missing' : 'dropped', values, evidence);
  }
  const here = await fileAt(source, path);
  if (here.kind !== 'seen' || here.value === null) {
    const evidence = `${values.here} does not show its own: ${here.kind === 'seen' ? 'no such file' : here.evidence}`;
    return found('unseen', values, evidence);
  }
  const sizes = `${here.value.capacityBytes} bytes on ${values.here}, ${there.value.capacityBytes} on ${values.there}`;
  if (here.value.capacityBytes !== there.value.capacityBytes) return found('differs', values, sizes);
  const proof = await proveShared(dirname(path));
  return proof.result === 'shared' ? found('shared', values, proof.evidence) : found('alike', values, sizes);
}

/** Takes a disc out of the running domain, as an operator would; the drive stays. */
async function eject({ source, dom, domain }: CheckContext, { values }: Finding): Promise<string> {
  const disk = domain.disks.find(({ target }) => target === values.disk);
  if (disk === undefined || !isMedium(disk) || (disk.device !== 'cdrom' && disk.device !== 'floppy'))
    throw new Error(`${values.disk} of ${domain.name} is no drive with something in it`);
  const { target, device, bus, source: medium } = disk;
  const xml = `<disk type="file" device="${device}"><target dev="${escapeXml(target)}" bus="${escapeXml(bus ?? 'sata')}"/><readonly/></disk>`;
  await source.connection.domainUpdateDeviceFlags({ dom, xml, flags: AffectFlag.live });
  return `ejected ${medium.path} from ${target} of ${domain.name}; to put it back: virsh change-media ${domain.name} ${target} ${medium.path} --insert --live`;
}
