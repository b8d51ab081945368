import { distributionOf } from './distribution.ts';
import type { ShareFacts } from './facts.ts';
import type { ShareProblem, ShareRequest, Step } from './model.ts';
import { mountUnitOf, tagOf } from './path-rules.ts';
import type { ClientFacts, SharePlan } from './plan.ts';
import { broughtBack } from './plan-server.ts';
import { problem } from './texts.ts';

/** What is to be so on one client. `address`: by which it reaches the server. */
export function clientSteps(request: ShareRequest, client: ClientFacts, address: string): SharePlan {
  const { ref, facts, isMountOurs } = client;
  const { path, mount, mountWith } = request;
  const source = sourceOf(address, path);
  const problems = [...mountProblems(request, ref.name, facts, source)];
  if (mountWith === 'pool' && !facts.hasLibvirt) problems.push(problem('no-libvirt', ref.name));
  const known = distributionOf(facts);
  const hasPackage = ['nfs-utils', 'nfs-common'].some((name) => facts.packages.has(name));
  if (known === null && !hasPackage) {
    const os = `${facts.os.id} ${facts.os.version}`.trim();
    problems.push(problem('unknown-distribution', ref.name, { os }));
  }
  const packages: Step[] =
    known === null
      ? []
      : [
          {
            ...{ id: 'packages', host: ref, values: { packages: known.clientPackages.join(', ') } },
            thing: ['packages', known.manager, ...known.clientPackages],
            undo: broughtBack(facts),
          },
        ];
  const selinux: Step[] = facts.hasSelinux
    ? [
        {
          ...{ id: 'selinux', host: ref, values: {} },
          thing: ['boolean', 'virt_use_nfs', 'on'],
          undo: [['noboolean', 'virt_use_nfs']],
        },
      ]
    : [];
  const points = facts.path.absent.map(
    (missing): Step => ({
      ...{ id: 'mount-point', host: ref, values: { path: missing } },
      thing: ['directory', missing, '0', '0', '755'],
      undo: [['nodirectory', missing]],
    }),
  );
  if (!isMountOurs) problems.push(problem('mount-not-ours', ref.name, { source, path: mount }));
  const mounts = isMountOurs ? mountSteps(request, ref, address, facts.isFstabEnded) : [];
  return { problems, steps: [...packages, ...selinux, ...points, ...mounts] };
}

/** What makes the mount, and has it made again after a restart. */
export function mountSteps(
  { path, mount, mountWith, nfs }: ShareRequest,
  host: Step['host'],
  address: string,
  isFstabEnded = true,
): Step[] {
  const source = sourceOf(address, path);
  switch (mountWith) {
    case 'pool': {
      const pool = tagOf(mount);
      const values = [pool, address, path, mount];
      return [
        {
          ...{ id: 'pool', host, values: { pool, source, mount } },
          ...{ thing: ['pool', ...values, nfs], undo: [['nopool', ...values]] },
        },
      ];
    }
    case 'systemd': {
      const unit = mountUnitOf(mount);
      const file = `/etc/systemd/system/${unit}`;
      const text = `[Unit]
Description=The share ${source} (Ferry)
Wants=network-online.target
After=network-online.target

[Mount]
What=${source}
Where=${mount}
Type=nfs
Options=${optionsOf(nfs)}

[Install]
WantedBy=remote-fs.target
`;
      const values = { unit, source, mount };
      return [
        {
          ...{ id: 'mount-file', host, values },
          ...{ thing: ['file', file, text], undo: [['nofile', file, text]] },
        },
        {
          ...{ id: 'mount-unit', host, values },
          thing: ['service', unit, 'enabled', 'active'],
          undo: [['service', unit, 'disabled', 'inactive']],
        },
      ];
    }
    case 'fstab': {
      const line = `${source} ${mount} nfs ${optionsOf(nfs)} 0 0`;
      return [
        {
          ...{ id: 'fstab', host, values: { source, mount } },
          ...{
            thing: ['line', '/etc/fstab', line],
            undo: [['noline', '/etc/fstab', line, ...(isFstabEnded ? [] : ['unended'])]],
          },
        },
        {
          ...{ id: 'mounted', host, values: { source, mount } },
          ...{ thing: ['mounted', mount], undo: [['nomounted', mount]] },
        },
      ];
    }
    default:
      return mountWith satisfies never;
  }
}

/** A guest waits for a server that is away, and loses nothing (`hard`). */
function optionsOf(nfs: ShareRequest['nfs']): string {
  return `vers=${nfs},proto=tcp,hard,nodev,nosuid,noexec,_netdev`;
}

/** What is mounted, as mount.nfs and /proc/self/mountinfo write it. */
export function sourceOf(address: string, path: string): string {
  return `${address.includes(':') ? `[${address}]` : address}:${path}`;
}

function mountProblems(
  { mount }: ShareRequest,
  host: string,
  { path, boot }: Pick<ShareFacts, 'path' | 'boot'>,
  source: string,
): ShareProblem[] {
  if (path.kind === 'link') return [problem('path-link', host, { path: mount })];
  if (path.kind === 'other') return [problem('path-not-directory', host, { path: mount })];
  if (path.mounted !== null && path.mounted.source !== source)
    return [problem('path-mounted', host, { path: mount, ...path.mounted })];
  if (boot !== null && boot.source !== source)
    return [problem('path-in-fstab', host, { path: mount, source: boot.source })];
  if (path.mounted === null && path.kind === 'directory' && !path.isEmpty)
    return [problem('mount-not-empty', host, { path: mount })];
  return [];
}
