import type { Owner } from './exports.ts';
import type { ShareFacts } from './facts.ts';
import type { ShareRequest, Step } from './model.ts';
import type { SharePlan } from './plan.ts';
import { problem } from './texts.ts';

const QEMU_CONF = '/etc/libvirt/qemu.conf';
/** The first libvirt that can be told which directories are shared (qemu.conf, `shared_filesystems`). */
const KNOWS_FROM = [10, 7];
/** Whichever of them runs QEMU. */
const DAEMONS = ['libvirtd', 'virtqemud'];

/**
 * To the server's libvirt the directory is one of its own disks: once a domain has moved to a client, it takes the image
 * from QEMU's user and gives it to whom it belonged before, mostly root. knfsd asks at each write who the owner is
 * (nfsd_permission), and the domain, running on the client, could write no more.
 */
export function ownershipSteps(
  { server, path }: Pick<ShareRequest, 'server' | 'path'>,
  { hasLibvirt, hypervisor, libvirtVersion, qemuConf }: ShareFacts,
  { uid, gid }: Owner,
): SharePlan {
  const none = { steps: [], problems: [] };
  if (!hasLibvirt || !qemuConf.setsOwners || hypervisor?.uid === 0) return none;
  if (!isFrom(KNOWS_FROM, libvirtVersion))
    return {
      ...none,
      problems: [problem('owner-taken-back', server.name, { path, owner: `${uid}:${gid}` })],
    };
  const value = `[ "${path}" ]`;
  const given = qemuConf.sharedFilesystems;
  if (given !== null && given !== value) {
    const isNamed = given.includes(`"${path}"`);
    return isNamed ? none : { ...none, problems: [problem('owner-taken-back-set', server.name, { path })] };
  }
  const line = `shared_filesystems = ${value}`;
  const reread = ['reread', QEMU_CONF, ...DAEMONS] as const;
  const steps: Step[] = [
    {
      ...{ id: 'shared-filesystem', host: server, values: { path } },
      thing: ['line', QEMU_CONF, line],
      undo: [['noline', QEMU_CONF, line], reread],
    },
    // Guests run on while the daemon is started anew.
    { ...{ id: 'reread', host: server, values: {} }, thing: reread, undo: [] },
  ];
  return { steps, problems: [] };
}

/** Whether a version such as `11.3.0` is that one or newer. */
function isFrom([major = 0, minor = 0]: readonly number[], version: string | null): boolean {
  const [, first = '', second = ''] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
