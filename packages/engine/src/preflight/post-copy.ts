import type { Drive } from '../model.ts';
import { type Check, findingsOf, type Side } from './check.ts';

const { blocker, notice, pass } = findingsOf('post-copy');

/** As libvirt counts: 8.5.0. The first that can take a broken post-copy up again (libvirt's NEWS.rst). */
const RESUMES_FROM = 8_005_000;
/** The daemon that takes a guest in crashes when a broken post-copy is taken up again (NEWS.rst of 11.4.0). */
const CRASHES_FROM = 11_002_000;
const CRASHES_BEFORE = 11_004_000;

/**
 * A post-copy whose link breaks leaves the guest on both hosts, each with what the other lacks. Nothing is lost only
 * where libvirt can take it up again.
 */
export const postCopyCheck: Check = {
  subject: 'post-copy',
  title: 'a post-copy that is interrupted could be taken up again',
  run({ source, destination, domain, wishes }) {
    if (wishes.method !== 'post-copy') return Promise.resolve([]);
    const tooOld = [source, destination].filter(({ host }) => host.libvirtVersion < RESUMES_FROM);
    const version = destination.host.libvirtVersion;
    const crashes = version >= CRASHES_FROM && version < CRASHES_BEFORE;
    const blockers = [
      ...tooOld.map((side) => {
        const message = `libvirt on ${side.host.ref.name} cannot take a broken post-copy up again, so a link that fails would cost ${domain.name} its memory`;
        return blocker(
          { id: 'no-resume', message, evidence: said(side) },
          `move it by pre-copy, or update libvirt on ${side.host.ref.name} to 8.5.0 or newer`,
        );
      }),
      ...(crashes ? [crashing(destination, domain.name)] : []),
    ];
    if (blockers.length > 0) return Promise.resolve(blockers);
    const message = `an interrupted post-copy of ${domain.name} can be taken up again`;
    return Promise.resolve([
      pass({ id: 'resumable', message, evidence: `${said(source)}; ${said(destination)}` }),
      handOver(destination, domain.name, wishes.drive),
    ]);
  },
};

/** What no libvirt can mend: docs/recovery.md, Post-copy. */
function handOver({ host }: Side, domain: string, drive: Drive) {
  const there = host.ref.name;
  const breaks = drive === 'direct' ? 'the link or the connection to it breaks' : 'the link breaks';
  const message = `in the milliseconds in which ${domain} changes hands it is lost if libvirt on ${there} dies, or ${breaks}; pre-copy has no such moment`;
  const evidence =
    'libvirt ends a QEMU that was not yet told to start the guest, and takes none back in post-copy';
  return notice({ id: 'hand-over', message, evidence });
}

function crashing(destination: Side, domain: string) {
  const there = destination.host.ref.name;
  const message = `libvirt on ${there} crashes when a broken post-copy is taken up again, so a link that fails would cost ${domain} its memory`;
  return blocker(
    { id: 'crashes', message, evidence: said(destination) },
    `move it by pre-copy, or update libvirt on ${there} to 11.4.0 or newer`,
  );
}

function said({ host }: Side): string {
  const version = host.libvirtVersion;
  const parts = [version / 1_000_000, (version / 1000) % 1000, version % 1000].map(Math.floor);
  return `libvirt on ${host.ref.name} is ${parts.join('.')}`;
}
