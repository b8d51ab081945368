import { basename, dirname } from 'node:path';
import type { Finding } from '../../model.ts';
import { copiedDisks } from '../../storage/copied.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';

const texts = {
  'backing-missing': {
    severity: 'blocker',
    message: '{there} has no {path}, on which disk {disk} of {domain} builds',
    remedy: 'put {path} on storage that both hosts mount, or copy it: scp {path} {there}:{path}',
  },
  'backing-differs': {
    severity: 'blocker',
    message:
      '{path}, on which disk {disk} of {domain} builds, is another image on {there}, which would ruin the disk',
    remedy: 'copy it from {here}: scp {path} {there}:{path}',
  },
  'backing-unproven': {
    severity: 'warning',
    message:
      'could not prove that {path}, on which disk {disk} of {domain} builds, is the same image on {there}',
    remedy: 'compare it on both hosts: sha256sum {path}',
  },
  'backing-shared': {
    severity: 'pass',
    message: '{there} sees {path}, on which disk {disk} of {domain} builds',
  },
} as const satisfies Texts;

/**
 * The destination opens all images that a disk builds on (qemuDomainDetermineDiskChain, qemu_domain.c). A disk that is
 * copied is made flat, so its chain is opened only where the domain's XML names it.
 */
export const backingCheck = defineCheck({
  subject: 'storage',
  title: 'the destination has the images that the disks build on',
  texts,
  async run(context, found) {
    const copied = new Set((await copiedDisks(context)).map(({ target }) => target));
    const needed = context.domain.disks
      .filter(({ target, backingSent }) => backingSent || !copied.has(target))
      .flatMap(({ target, backing }) =>
        backing.flatMap((image) => (image.kind === 'file' ? [{ disk: target, path: image.path }] : [])),
      );
    return Promise.all(needed.map((image) => imageFinding(image, context, found)));
  },
});

async function imageFinding(
  { disk, path }: { readonly disk: string; readonly path: string },
  { source, destination, domain, proveShared }: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding> {
  const sides = { here: source.host.ref.name, there: destination.host.ref.name };
  const values = { ...sides, disk, path, domain: domain.name };
  const look = (side: CheckContext['source']) =>
    side.view(dirname(path), (directory) => directory.file(basename(path)));
  const there = await look(destination);
  if (there.kind === 'no-directory') return found('backing-missing', values, there.evidence);
  if (there.kind === 'seen' && there.value === null)
    return found('backing-missing', values, `${dirname(path)} is there, the file is not`);
  const proof = await proveShared(dirname(path));
  if (proof.result === 'shared') return found('backing-shared', values, proof.evidence);
  const here = await look(source);
  if (here.kind !== 'seen' || there.kind !== 'seen') return found('backing-unproven', values, proof.evidence);
  const [ours, theirs] = [here.value?.capacityBytes, there.value?.capacityBytes];
  const sizes = `${ours} bytes on ${values.here}, ${theirs} on ${values.there}`;
  return found(ours === theirs ? 'backing-unproven' : 'backing-differs', values, sizes);
}
