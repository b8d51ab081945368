import { dirname } from 'node:path';
import type { Disk, Finding } from '../../model.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';
import { isMedium } from './media.ts';

const texts = {
  shared: { severity: 'pass', message: '{directory} is the same directory on {here} and {there}' },
  copied: {
    severity: 'notice',
    message:
      'disk {disk} of {domain} lies in {directory}, which {there} does not share with {here}, and is copied',
  },
  local: {
    severity: 'blocker',
    message: 'disk {disk} of {domain} lies in {directory}, which {there} does not share with {here}',
    remedy:
      'copy it along with --copy-storage auto, or put it on storage that both hosts mount at {directory}',
  },
  'unproven-directory': {
    severity: 'warning',
    message: 'could not prove that {directory} is the same directory on {here} and {there}',
    remedy: 'look at the mounts on both hosts: findmnt --target {directory}',
  },
  unproven: {
    severity: 'warning',
    message: 'could not prove that {there} sees disk {disk} of {domain}',
    remedy: 'check on {there} that the same device or volume is there',
  },
  network: { severity: 'pass', message: 'disk {disk} of {domain} is reached over the network' },
  empty: { severity: 'pass', message: 'disk {disk} of {domain} is empty' },
  none: { severity: 'pass', message: '{domain} has no disks in files that it writes to' },
} as const satisfies Texts;

/** Every disk must be the same bytes on both hosts. For files that is proven, not judged by the name. */
export const storageCheck = defineCheck({
  subject: 'storage',
  title: 'both hosts see the same disks',
  texts,
  async run(context, found) {
    const { domain } = context;
    const disks = domain.disks.filter((disk) => !isMedium(disk) && !isElsewhere(disk));
    if (disks.length === 0) return [found('none', { domain: domain.name }, 'its XML lists none')];
    const all = await Promise.all(disks.map((disk) => diskFinding(disk, context, found)));
    // Disks of one shared directory need only one line.
    return [...new Map(all.map((finding) => [finding.message, finding])).values()];
  },
});

async function diskFinding(
  disk: Disk,
  { source, destination, domain, wishes, proveShared }: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding> {
  const sides = { here: source.host.ref.name, there: destination.host.ref.name };
  const named = { disk: disk.target, domain: domain.name };
  if (disk.source.kind === 'empty') return found('empty', named, 'no source');
  if (disk.source.kind === 'network') return found('network', named, `protocol ${disk.source.protocol}`);
  if (disk.source.kind !== 'file')
    return found('unproven', { ...named, ...sides }, `its source is of type ${disk.source.kind}`);
  const directory = dirname(disk.source.path);
  const proof = await proveShared(directory);
  switch (proof.result) {
    case 'shared':
      return found('shared', { directory, ...sides }, proof.evidence);
    case 'local': {
      // One that others write to as well is never copied.
      const id = wishes.copyStorage !== 'none' && !disk.shareable ? 'copied' : 'local';
      return found(id, { ...named, directory, ...sides }, proof.evidence);
    }
    case 'unproven':
      return found('unproven-directory', { directory, ...sides }, proof.evidence);
    default:
      return proof.result satisfies never;
  }
}

/** Devices and volumes have checks of their own. */
function isElsewhere({ source }: Disk): boolean {
  return source.kind === 'block' || source.kind === 'volume';
}
