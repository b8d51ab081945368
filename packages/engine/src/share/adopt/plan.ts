import { basename } from 'node:path';
import type { DomainRef } from '@virt-ferry/libvirt';
import type { Domain, HostRef } from '../../model.ts';
import type { ShareProblem, Step } from '../model.ts';
import { problem } from '../texts.ts';

/** One disk of a domain that is to lie on a share. */
export interface Adoption {
  /** `vda` */
  readonly disk: string;
  readonly from: string;
  readonly to: string;
  readonly format: string;
}

/** What is to be copied onto a share, and what stands against it. */
export interface AdoptionPlan {
  readonly disks: readonly Adoption[];
  readonly problems: ShareProblem[];
}

/** Which disks of a domain are to be copied into a directory. Pure: what is there already is not asked here. */
export function planAdoption(domain: Domain, directory: string, host: string): AdoptionPlan {
  const named = { domain: domain.name };
  if (domain.state !== 'running')
    return { disks: [], problems: [problem('adopt-not-running', host, { ...named, state: domain.state })] };
  const disks: Adoption[] = [];
  const problems: ShareProblem[] = [];
  for (const { target: disk, source, format, readOnly, shareable } of domain.disks) {
    if (readOnly || source.kind === 'empty') continue;
    if (source.kind !== 'file') {
      // Those that hosts reach otherwise need no share.
      if (source.kind === 'block') problems.push(problem('adopt-device', host, { ...named, disk }));
      continue;
    }
    if (source.path.startsWith(`${directory}/`)) continue;
    const to = `${directory}/${basename(source.path)}`;
    if (shareable) problems.push(problem('adopt-shareable', host, { ...named, disk }));
    else if (format !== 'raw' && format !== 'qcow2')
      problems.push(problem('adopt-format', host, { ...named, disk, format: format ?? 'unknown' }));
    else if (disks.some((other) => other.to === to))
      problems.push(problem('adopt-in-the-way', host, { ...named, disk, to }));
    else disks.push({ disk, from: source.path, to, format });
  }
  return { disks, problems };
}

/** The undo of a copy that has not ended: it is taken back over libvirt. */
export function adoptionStep(host: HostRef, domain: DomainRef, { disk, from, to }: Adoption): Step {
  return {
    ...{ id: 'adopted', host, values: { domain: domain.name, disk, from, to } },
    thing: ['adopted', domain.uuid, disk, to],
    undo: [['noadopted', domain.uuid, disk, to]],
  };
}
