import type { Finding } from '../../model.ts';
import { type Device, deviceAt } from '../../storage/device.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';

const texts = {
  'device-missing': {
    severity: 'blocker',
    message: '{there} has no {path}, the device of disk {disk} of {domain}',
    remedy: 'connect it to {there}, or look for it by another name: ls -l /dev/disk/by-id',
  },
  'device-differs': {
    severity: 'blocker',
    message: '{path}, the device of disk {disk} of {domain}, is another device on {there}',
    remedy: 'give disk {disk} a name that means the same device on both hosts, below /dev/disk/by-id',
  },
  'device-unproven': {
    severity: 'warning',
    message: 'could not prove that {path}, the device of disk {disk} of {domain}, is the same on {there}',
    remedy: 'compare on both hosts: lsblk --nodeps --output NAME,SIZE,SERIAL,WWN {path}',
  },
  'device-same': {
    severity: 'pass',
    message: '{path}, the device of disk {disk} of {domain}, is the same on {there}',
  },
} as const satisfies Texts;

/** libvirt takes for granted that a block device is the same on both hosts (qemuMigrationSrcIsSafe). */
export const devicesCheck = defineCheck({
  subject: 'storage',
  title: 'the block devices of both hosts are the same',
  texts,
  async run(context, found) {
    const all = context.domain.disks.map(({ target, source }) =>
      source.kind === 'block' ? deviceFinding(target, source.path, context, found) : null,
    );
    return (await Promise.all(all)).filter((finding) => finding !== null);
  },
});

async function deviceFinding(
  disk: string,
  path: string,
  { source, destination, domain }: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding> {
  const sides = { here: source.host.ref.name, there: destination.host.ref.name };
  const values = { ...sides, disk, path, domain: domain.name };
  const [here, there] = await Promise.all([deviceAt(path, source), deviceAt(path, destination)]);
  if (there.kind === 'missing') return found('device-missing', values, there.evidence);
  if (here.kind !== 'device' || there.kind !== 'device') {
    const unseen = there.kind === 'unseen' ? there : here;
    return found('device-unproven', values, unseen.kind === 'device' ? path : unseen.evidence);
  }
  const evidence = `${said(here)} on ${values.here}, ${said(there)} on ${values.there}`;
  if (here.sizeBytes !== there.sizeBytes) return found('device-differs', values, evidence);
  if (here.identity === null || there.identity === null) return found('device-unproven', values, evidence);
  return found(here.identity === there.identity ? 'device-same' : 'device-differs', values, evidence);
}

function said({ identity, sizeBytes }: Device): string {
  return `${identity ?? 'no serial number'}, ${sizeBytes} bytes`;
}
