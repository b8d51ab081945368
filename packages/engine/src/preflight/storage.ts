import { dirname } from 'node:path';
import type { Disk, Finding } from '../model.ts';
import { type Check, type CheckContext, findingsOf } from './check.ts';

const { blocker, warning, notice, pass } = findingsOf('storage');

/** Every disk must be the same bytes on both hosts. For files that is proven, not judged by the name. */
export const storageCheck: Check = {
  subject: 'storage',
  title: 'both hosts see the same disks',
  async run(context) {
    const found = await Promise.all(
      context.domain.disks.map((disk) =>
        disk.source.kind === 'file'
          ? fileFinding(dirname(disk.source.path), disk, context)
          : otherDisk(disk, context),
      ),
    );
    // Disks of one shared directory need only one line.
    const byMessage = new Map(found.map((finding) => [finding.message, finding]));
    if (found.length > 0) return [...byMessage.values()];
    return [
      pass({ id: 'none', message: `${context.domain.name} has no disks`, evidence: 'its XML lists none' }),
    ];
  },
};

async function fileFinding(
  directory: string,
  disk: Disk,
  { source, destination, domain, wishes, proveShared }: CheckContext,
): Promise<Finding> {
  const here = source.host.ref.name;
  const there = destination.host.ref.name;
  const proof = await proveShared(directory);
  switch (proof.result) {
    case 'shared': {
      const message = `${directory} is the same directory on ${here} and ${there}`;
      return pass({ id: 'shared', message, evidence: proof.evidence });
    }
    case 'local': {
      const message = `disk ${disk.target} of ${domain.name} lies in ${directory}, which ${there} does not share with ${here}`;
      if (wishes.copyStorage === 'all')
        return notice({ id: 'copied', message: `${message}, and is copied`, evidence: proof.evidence });
      const remedy = `copy it along with --copy-storage all, or put it on storage that both hosts mount at ${directory}`;
      return blocker({ id: 'local', message, evidence: proof.evidence }, remedy);
    }
    case 'unproven': {
      const message = `could not prove that ${directory} is the same directory on ${here} and ${there}`;
      const remedy = 'look at the mounts on both hosts: findmnt --target DIRECTORY';
      return warning({ id: 'unproven', message, evidence: proof.evidence }, remedy);
    }
    default:
      return proof.result satisfies never;
  }
}

function otherDisk(disk: Disk, { destination, domain }: CheckContext): Promise<Finding> {
  const name = `disk ${disk.target} of ${domain.name}`;
  const { kind } = disk.source;
  if (kind === 'empty')
    return Promise.resolve(pass({ id: 'empty', message: `${name} is empty`, evidence: 'no source' }));
  if (kind === 'network') {
    const evidence = `protocol ${disk.source.protocol}`;
    return Promise.resolve(pass({ id: 'network', message: `${name} is reached over the network`, evidence }));
  }
  const message = `could not prove that ${destination.host.ref.name} sees ${name}`;
  const remedy = `check on ${destination.host.ref.name} that the same device or volume is there`;
  return Promise.resolve(
    warning({ id: 'unproven', message, evidence: `its source is of type ${kind}` }, remedy),
  );
}
