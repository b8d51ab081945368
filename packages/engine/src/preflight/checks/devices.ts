import type { Finding } from '../../model.ts';
import {
  type Device,
  type DeviceSight,
  deviceAt,
  type NodeDevices,
  readNodeDevices,
} from '../../storage/device.ts';
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
    const devices = context.domain.disks.flatMap(({ target, source }) =>
      source.kind === 'block' ? [{ disk: target, path: source.path }] : [],
    );
    if (devices.length === 0) return [];
    const known = await Promise.all([context.source, context.destination].map(readNodeDevices));
    return Promise.all(devices.map((device) => deviceFinding(device, known, context, found)));
  },
});

async function deviceFinding(
  { disk, path }: { readonly disk: string; readonly path: string },
  [knownHere, knownThere]: readonly NodeDevices[],
  { source, destination, domain, names }: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding> {
  const sides = { here: source.host.ref.name, there: destination.host.ref.name };
  const values = { ...sides, disk, path, domain: domain.name };
  const on = { here: knownHere ?? new Map(), there: knownThere ?? new Map() };
  const [here, there] = await Promise.all([
    deviceAt(path, source, on.here),
    deviceAt(names.path(path), destination, on.there),
  ]);
  const listed = on.here.has(path) && on.there.size > 0;
  const { id, evidence } = judgeDevice(here, there, listed, sides);
  return found(id, values, evidence);
}

/** `listed`: the source's libvirt lists the device, and the destination's lists devices at all: it would list this one. */
export function judgeDevice(
  here: DeviceSight,
  there: DeviceSight,
  listed: boolean,
  sides: { readonly here: string; readonly there: string },
): { readonly id: keyof typeof texts; readonly evidence: string } {
  if (there.kind === 'missing') return { id: 'device-missing', evidence: there.evidence };
  if (there.kind === 'unseen' && listed)
    return { id: 'device-missing', evidence: `${sides.there} lists other devices, and not this one` };
  if (here.kind !== 'device') return { id: 'device-unproven', evidence: here.evidence };
  if (there.kind !== 'device') return { id: 'device-unproven', evidence: there.evidence };
  const evidence = `${said(here)} on ${sides.here}, ${said(there)} on ${sides.there}`;
  if (here.sizeBytes !== there.sizeBytes) return { id: 'device-differs', evidence };
  if (here.identity === null || there.identity === null) return { id: 'device-unproven', evidence };
  return { id: here.identity === there.identity ? 'device-same' : 'device-differs', evidence };
}

function said({ identity, sizeBytes }: Device): string {
  return `${identity ?? 'no serial number'}, ${sizeBytes} bytes`;
}
