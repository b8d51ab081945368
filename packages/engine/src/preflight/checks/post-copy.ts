import { formatVersion } from '@virt-ferry/libvirt';
import { defineCheck, type Side } from '../check.ts';

/** As libvirt counts: 8.5.0. The first that can take a broken post-copy up again (libvirt's NEWS.rst). */
const RESUMES_FROM = 8_005_000;
/** The daemon that takes a guest in crashes when a broken post-copy is taken up again (NEWS.rst of 11.4.0). */
const CRASHES_FROM = 11_002_000;
const CRASHES_BEFORE = 11_004_000;

/**
 * A post-copy whose link breaks leaves the guest on both hosts, each with what the other lacks. Nothing is lost only
 * where libvirt can take it up again. What no libvirt can mend: docs/recovery.md, Post-copy.
 */
export const postCopyCheck = defineCheck({
  subject: 'post-copy',
  title: 'a post-copy that is interrupted could be taken up again',
  texts: {
    'no-resume': {
      severity: 'blocker',
      message:
        'libvirt on {host} cannot take a broken post-copy up again, so a link that fails would cost {domain} its memory',
      remedy: 'move it by pre-copy, or update libvirt on {host} to 8.5.0 or newer',
    },
    crashes: {
      severity: 'blocker',
      message:
        'libvirt on {host} crashes when a broken post-copy is taken up again, so a link that fails would cost {domain} its memory',
      remedy: 'move it by pre-copy, or update libvirt on {host} to 11.4.0 or newer',
    },
    resumable: { severity: 'pass', message: 'an interrupted post-copy of {domain} can be taken up again' },
    'hand-over': {
      severity: 'notice',
      message:
        'in the milliseconds in which {domain} changes hands it is lost if libvirt on {there} dies or the link to it breaks; pre-copy has no such moment',
    },
  },
  run({ source, destination, domain, wishes }, found) {
    if (wishes.method !== 'post-copy') return [];
    const of = (side: Side) => ({ host: side.host.ref.name, domain: domain.name });
    const tooOld = [source, destination].filter(({ host }) => host.libvirtVersion < RESUMES_FROM);
    const version = destination.host.libvirtVersion;
    const crashes = version >= CRASHES_FROM && version < CRASHES_BEFORE;
    const blockers = [
      ...tooOld.map((side) => found('no-resume', of(side), said(side))),
      ...(crashes ? [found('crashes', of(destination), said(destination))] : []),
    ];
    if (blockers.length > 0) return blockers;
    return [
      found('resumable', { domain: domain.name }, `${said(source)}; ${said(destination)}`),
      found(
        'hand-over',
        { domain: domain.name, there: destination.host.ref.name },
        'libvirt ends a QEMU that was not yet told to start the guest, and takes none back in post-copy',
      ),
    ];
  },
});

function said({ host }: Side): string {
  return `libvirt on ${host.ref.name} is ${formatVersion(host.libvirtVersion)}`;
}
