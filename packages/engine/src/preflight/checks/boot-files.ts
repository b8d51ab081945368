import { basename, dirname } from 'node:path';
import type { BootFile, Finding } from '../../model.ts';
import { fileAt } from '../../storage/directory.ts';
import type { Image } from '../../storage/image.ts';
import { type CheckContext, defineCheck, type Found, type Side, type Texts } from '../check.ts';

const texts = {
  missing: {
    severity: 'blocker',
    message: '{there} has no {path}, the {role} of {domain}',
    remedy: 'install the same package there, or copy it: scp {path} {there}:{path}',
  },
  'loader-differs': {
    severity: 'blocker',
    message: '{path}, the firmware of {domain}, has another size on {there}',
    remedy: 'install the same version of the firmware on {there} as on {here}',
  },
  differs: {
    severity: 'warning',
    message: '{path}, the {role} of {domain}, is another file on {there}: its next boot there takes that one',
    remedy: 'copy it: scp {path} {there}:{path}',
  },
  'no-nvram': {
    severity: 'blocker',
    message: '{there} cannot make the NVRAM {path} of {domain}: {lacking} is missing',
    remedy: 'make it on {there} as it is on {here}: {lacking}',
  },
  unseen: {
    severity: 'warning',
    message: 'could not see whether {there} has {path}, the {role} of {domain}',
    remedy: 'look on {there}: ls -l {path}',
  },
  present: { severity: 'pass', message: '{there} has the files that {domain} boots from' },
} as const satisfies Texts;

type Seen = { readonly file: Image | null; readonly evidence: string } | null;

/**
 * Kernel and firmware lie on each host itself. QEMU sends what the NVRAM holds, but libvirt makes the file first, from
 * its template (qemuPrepareNVRAM, qemu_process.c). Firmware is memory of the guest to QEMU, and an incoming one must have
 * the same size ("Size mismatch", migration/ram.c).
 */
export const bootFilesCheck = defineCheck({
  subject: 'boot',
  title: 'the destination has the files that the domain boots from',
  texts,
  async run(context, found) {
    const { bootFiles } = context.domain.requires;
    const plain = bootFiles.filter(({ role }) => role !== 'nvram' && role !== 'nvram-template');
    const findings = await Promise.all([
      ...plain.map((file) => fileFinding(file, context, found)),
      ...bootFiles.filter(({ role }) => role === 'nvram').map((file) => nvramFinding(file, context, found)),
    ]);
    const bad = findings.filter((finding) => finding !== null);
    if (bad.length > 0 || bootFiles.length === 0) return bad;
    const named = { there: context.destination.host.ref.name, domain: context.domain.name };
    return [found('present', named, bootFiles.map(({ path }) => path).join(', '))];
  },
});

/** `null` where it could not be seen; where there is no directory, there is no file. */
async function look(side: Side, path: string): Promise<Seen> {
  const sight = await fileAt(side, path);
  if (sight.kind === 'unseen') return null;
  if (sight.kind === 'no-directory') return { file: null, evidence: sight.evidence };
  return { file: sight.value, evidence: `${dirname(path)} is there, ${basename(path)} is not` };
}

function valuesFor({ role, path }: BootFile, { source, destination, domain }: CheckContext) {
  const sides = { here: source.host.ref.name, there: destination.host.ref.name };
  return { ...sides, path, role, domain: domain.name };
}

async function fileFinding(
  file: BootFile,
  context: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding | null> {
  const values = valuesFor(file, context);
  const [here, there] = await Promise.all([
    look(context.source, file.path),
    look(context.destination, file.path),
  ]);
  if (there === null) return found('unseen', values, 'libvirt there does not show its directory');
  if (there.file === null) return found('missing', values, there.evidence);
  if (!here?.file || here.file.capacityBytes === there.file.capacityBytes) return null;
  const sizes = `${here.file.capacityBytes} bytes on ${values.here}, ${there.file.capacityBytes} on ${values.there}`;
  return found(file.role === 'loader' ? 'loader-differs' : 'differs', values, sizes);
}

/** An NVRAM that is there already is taken as it is. Without a template in the XML libvirt knows one by itself. */
async function nvramFinding(
  file: BootFile,
  context: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding | null> {
  const values = valuesFor(file, context);
  const [directory, seen] = await Promise.all([
    context.destination.view(dirname(file.path), () => Promise.resolve(null)),
    look(context.destination, file.path),
  ]);
  if (seen === null) return found('unseen', values, 'libvirt there does not show its directory');
  if (directory.kind === 'no-directory')
    return found('no-nvram', { ...values, lacking: dirname(file.path) }, directory.evidence);
  const template = context.domain.requires.bootFiles.find(({ role }) => role === 'nvram-template');
  if (seen.file !== null || template === undefined) return null;
  const original = await look(context.destination, template.path);
  if (original === null)
    return found('unseen', valuesFor(template, context), 'libvirt there does not show its directory');
  if (original.file !== null) return null;
  return found('no-nvram', { ...values, lacking: template.path }, original.evidence);
}
