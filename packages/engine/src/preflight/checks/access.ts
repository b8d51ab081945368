import { dirname } from 'node:path';
import type { Disk, Finding, Host } from '../../model.ts';
import { imageAt } from '../../storage/directory.ts';
import type { Image } from '../../storage/image.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';
import { isMedium } from './media.ts';

const texts = {
  differs: {
    severity: 'warning',
    message: '{path}, disk {disk} of {domain}, has another owner or mode on {there} than on {here}',
    remedy:
      'map users alike on both hosts, compare: ls -ln {path}; for NFS see idmapd.conf(5) and exports(5)',
  },
  'other-user': {
    severity: 'warning',
    message:
      "QEMU's user on {there} may not write {path}, disk {disk} of {domain}, unless libvirt there gives it to that user",
    remedy:
      'run QEMU as the same user on both hosts (user and group in /etc/libvirt/qemu.conf), or leave dynamic_ownership on',
  },
  'to-root': {
    severity: 'notice',
    message:
      '{path}, disk {disk} of {domain}, belongs to the user of QEMU; if libvirt on {here} sets owners and does not know its file system as shared, it gives the image to root after the move. Neither can be seen from outside',
    remedy:
      'in /etc/libvirt/qemu.conf on both hosts: dynamic_ownership = 0, or name the directory in shared_filesystems (libvirt 10.7 or newer)',
  },
} as const satisfies Texts;

/**
 * Who may open an image, as both hosts see it. Only of a directory that is proven to be the same on both: elsewhere
 * owners are each host's own. What libvirt does with owners: docs/recovery.md, What was tried.
 */
export const accessCheck = defineCheck({
  subject: 'access',
  title: 'both hosts may open the images',
  texts,
  async run(context, found) {
    const disks = context.domain.disks.filter((disk) => !isMedium(disk));
    return (await Promise.all(disks.map((disk) => diskFindings(disk, context, found)))).flat();
  },
});

async function diskFindings(
  { target, source: image }: Disk,
  { source, destination, domain, proveShared }: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding[]> {
  if (image.kind !== 'file') return [];
  const { path } = image;
  if ((await proveShared(dirname(path))).result !== 'shared') return [];
  const [here, there] = await Promise.all([imageAt(source, path), imageAt(destination, path)]);
  // That it isn't seen at all is said by others.
  if (here === null || there === null) return [];
  const sides = { here: source.host.ref.name, there: destination.host.ref.name };
  const values = { ...sides, disk: target, path, domain: domain.name };
  const evidence = `${said(here)} on ${sides.here}, ${said(there)} on ${sides.there}`;
  if (said(here) !== said(there)) return [found('differs', values, evidence)];
  const user = qemuUser(destination.host);
  if (user !== null && !mayWrite(there, user))
    return [found('other-user', values, `${evidence}; QEMU there is ${user.uid}:${user.gid}`)];
  const own = qemuUser(source.host);
  if (own !== null && own.uid !== 0 && own.uid === here.owner)
    return [found('to-root', values, `${evidence}; QEMU on ${sides.here} is ${own.uid}:${own.gid}`)];
  return [];
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Whom QEMU runs as where its domain says nothing else: `dac`'s base label, `+64055:+108`. */
function qemuUser({ securityModels }: Host): User | null {
  const label = securityModels.find(({ name }) => name === 'dac')?.baseLabel ?? '';
  const [, uid, gid] = /^\+(\d+):\+(\d+)$/.exec(label) ?? [];
  return uid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

/** Whether the permission bits let a user read and write; root needs none. */
export function mayWrite(
  { owner, group, mode }: Pick<Image, 'owner' | 'group' | 'mode'>,
  { uid, gid }: User,
): boolean {
  const bits = uid === owner ? mode >> 6 : gid === group ? mode >> 3 : mode;
  return uid === 0 || (bits & 6) === 6;
}

function said({ owner, group, mode }: Image): string {
  return `${owner}:${group} ${mode.toString(8).padStart(4, '0')}`;
}
