import type { DiskSource, Finding } from '../../model.ts';
import { type BaseImage, lookAtBase } from '../../storage/base-image.ts';
import { mib } from '../../storage/mib.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';

const texts = {
  'backing-missing': {
    severity: 'blocker',
    message: '{there} has no {path}, on which disk {disk} of {domain} builds',
    remedy: 'have it sent: --copy-storage auto; or put {path} on storage that both hosts mount',
  },
  'backing-differs': {
    severity: 'blocker',
    message:
      '{path}, on which disk {disk} of {domain} builds, is another image on {there}, which would ruin the disk',
    remedy: 'copy all of the disk into one image: --copy-storage all; or, on {there}: mv {path} {path}.old',
  },
  'backing-unproven': {
    severity: 'warning',
    message:
      'could not prove that {path}, on which disk {disk} of {domain} builds, is the same image on {there}',
    remedy: 'compare it on both hosts: sha256sum {path}',
  },
  'backing-unknown': {
    severity: 'blocker',
    message:
      'could not prove that {path}, on which disk {disk} of {domain} builds, is the same image on {there}, so nothing is copied over it',
    remedy: 'copy all of the disk into one image: --copy-storage all',
  },
  'backing-shared': {
    severity: 'pass',
    message: '{there} sees {path}, on which disk {disk} of {domain} builds',
  },
  'backing-same': {
    severity: 'pass',
    message: '{there} has the same {path}, on which disk {disk} of {domain} builds; it is not sent again',
  },
  'backing-sent': {
    severity: 'notice',
    message: '{there} has no {path}, on which disk {disk} of {domain} builds: it is sent before the disk',
  },
  'backing-flat': {
    severity: 'notice',
    message:
      'disk {disk} of {domain} is copied into one image that builds on nothing, since {path} on {there} is not what it builds on',
  },
} as const satisfies Texts;

/**
 * The destination opens all images that a disk builds on (qemuDomainDetermineDiskChain, qemu_domain.c). A disk that is
 * copied flat builds on nothing, so its chain is opened only where the domain's XML names it.
 */
export const backingCheck = defineCheck({
  subject: 'storage',
  title: 'the destination has the images that the disks build on',
  texts,
  async run(context, found) {
    const plan = await context.storagePlan();
    const copied = new Set(plan.disks.map(({ target }) => target));
    const others = context.domain.disks.filter(
      ({ target, backingSent }) => !copied.has(target) || (plan.copy === 'flat' && backingSent),
    );
    const needed = others.flatMap(({ target, backing }) => backing.map((image) => ({ target, image })));
    const opened = needed.filter(({ image }) => image.kind === 'file');
    const seen = await Promise.all(opened.map(({ target, image }) => lookAt(target, image, context)));
    return [
      ...seen.map((base) => openedFinding(base, context, found)),
      ...plan.bases
        .filter(({ disk }) => !others.some(({ target }) => target === disk))
        .map((base) => copiedFinding(base, plan.copy, context, found)),
    ].filter((finding) => finding !== null);
  },
});

function lookAt(disk: string, image: DiskSource, context: CheckContext): Promise<BaseImage> {
  return lookAtBase(disk, image, context);
}

/** An image that the destination opens, and that nobody sends. */
function openedFinding(
  { disk, path, state, evidence }: BaseImage,
  context: CheckContext,
  found: Found<typeof texts>,
): Finding {
  const values = { there: context.destination.host.ref.name, domain: context.domain.name, disk, path };
  return found(`backing-${state}`, values, evidence);
}

/** An image under a disk whose top alone is copied, or which was to be. */
function copiedFinding(
  { disk, path, state, evidence, image }: BaseImage,
  copy: 'none' | 'flat' | 'top',
  context: CheckContext,
  found: Found<typeof texts>,
): Finding | null {
  const values = { there: context.destination.host.ref.name, domain: context.domain.name, disk, path };
  const isOther = state === 'differs' || state === 'unproven';
  if (copy === 'flat') return isOther ? found('backing-flat', values, evidence) : null;
  if (state === 'missing')
    return found('backing-sent', values, `${mib(image?.allocationBytes ?? 0)} of data`);
  return found(state === 'unproven' ? 'backing-unknown' : `backing-${state}`, values, evidence);
}
