import { distributionOf } from './distribution.ts';
import { exportElsewhere, type Owner, optionsFor, ownerFor } from './exports.ts';
import type { ServiceState, ShareFacts } from './facts.ts';
import { type ClientSide, guardsOf, openFor, V3_PORTS } from './firewall.ts';
import type { ShareProblem, ShareRequest, Step, Thing } from './model.ts';
import { tagOf } from './path-rules.ts';
import { exportFileOf, type SharePlan } from './plan.ts';
import { ownershipSteps } from './plan-ownership.ts';
import { problem } from './texts.ts';

/** File systems that knfsd can't export, or that lose what they hold with the host, or are another host's. */
const UNFIT =
  /^(?:nfs4?|cifs|smb2?|smb3|ceph|fuse.*|tmpfs|ramfs|overlayfs|squashfs|isofs|proc|sysfs|devtmpfs)$/;
const SERVICES = { '4.2': ['nfs-server'], '3': ['rpcbind.socket', 'nfs-server'] } as const;
/** What comes with the packages, and would otherwise stay when they do. */
const BROUGHT = [
  ...['nfs-server', 'nfs-mountd.service', 'fsidd.service', 'nfsdcld.service', 'nfs-idmapd.service'],
  'rpc-statd.service',
  ...['rpc-statd-notify.service', 'nfs-blkmap.service', 'nfs-client.target', 'proc-fs-nfsd.mount'],
  ...['var-lib-nfs-rpc_pipefs.mount', 'run-rpc_pipefs.mount', 'rpcbind.socket', 'rpcbind.service'],
];

/** What is to be so on the server. */
export function serverSteps(
  request: ShareRequest,
  facts: ShareFacts,
  clients: readonly ClientSide[],
): SharePlan {
  const { server, nfs } = request;
  const owner = ownerFor(
    [facts.hypervisor, ...clients.map(({ hypervisor }) => hypervisor)],
    facts.path.owner,
  );
  const problems = [...pathProblems(request, facts), ...guardProblems(request, facts, clients)];
  const packages = packageSteps(request, facts);
  const ownership = ownershipSteps(request, facts, owner);
  const shared = clients.map((client) => exportStep(request, facts, client, owner));
  const guards = request.firewall === 'keep' ? [] : guardsOf(facts);
  const services = SERVICES[nfs].map((name): Step => {
    const before = facts.services.get(name);
    return {
      ...{ id: 'service', host: server, values: { service: name } },
      thing: ['service', name, 'enabled', 'active'],
      undo: [backTo(name, before)],
    };
  });
  return {
    problems: [
      ...problems,
      ...packages.problems,
      ...ownership.problems,
      ...shared.flatMap((one) => one.problems),
    ],
    // What is exported is exported last, and first taken back: then it is seen what else needs the rest.
    steps: [
      ...packages.steps,
      ...directorySteps(request, facts, owner),
      ...ownership.steps,
      ...(nfs === '3' && guards.length > 0 ? [portsStep(request)] : []),
      ...services,
      ...clients.flatMap((client) => guards.flatMap((guard) => openFor(client, guard, request))),
      {
        ...{ id: 'exports-directory', host: server, values: { path: '/etc/exports.d' } },
        thing: ['directory', '/etc/exports.d', '0', '0', '755'],
        undo: [['nodirectory', '/etc/exports.d']],
      },
      ...shared.flatMap((one) => one.steps),
    ],
  };
}

function packageSteps({ server }: ShareRequest, facts: ShareFacts): SharePlan {
  const known = distributionOf(facts);
  if (known === null) {
    const there = ['nfs-utils', 'nfs-kernel-server'].some((name) => facts.packages.has(name));
    const os = `${facts.os.id} ${facts.os.version}`.trim();
    return { steps: [], problems: there ? [] : [problem('unknown-distribution', server.name, { os })] };
  }
  const step: Step = {
    ...{ id: 'packages', host: server, values: { packages: known.serverPackages.join(', ') } },
    thing: ['packages', known.manager, ...known.serverPackages],
    // Some distributions start what they install. The packages themselves stay.
    undo: broughtBack(facts),
  };
  return { steps: [step], problems: [] };
}

/** Turns off again what came with packages, where it wasn't there before. */
export function broughtBack({ services }: ShareFacts): Thing[] {
  const isNew = (name: string) => (services.get(name)?.enabled ?? 'absent') === 'absent';
  return BROUGHT.filter(isNew).map((name) => ['off', name, 'disabled', 'inactive']);
}

function backTo(name: string, before: ServiceState | undefined): Thing {
  const enabled = before?.enabled === 'absent' ? 'disabled' : (before?.enabled ?? 'disabled');
  const active = before?.active ?? 'inactive';
  return [active === 'active' ? 'service' : 'off', name, enabled, active];
}

function directorySteps({ server, path }: ShareRequest, facts: ShareFacts, { uid, gid }: Owner): Step[] {
  const ids = `${uid}:${gid}`;
  const steps = facts.path.absent.map((missing): Step => {
    const isItself = missing === path;
    const rights = isItself ? [String(uid), String(gid), '750'] : ['0', '0', '755'];
    return {
      ...{ id: 'directory', host: server, values: { path: missing } },
      thing: ['directory', missing, ...rights],
      undo: [['nodirectory', missing]],
    };
  });
  const before = facts.path.owner;
  // Its owner needs all rights; what others have is left.
  const mode = before === null ? '750' : withOwnersRights(before.mode);
  const step: Step = {
    ...{ id: 'owner', host: server, values: { path, owner: ids } },
    thing: ['owner', path, String(uid), String(gid), mode],
    undo: before === null ? [] : [['owner', path, String(before.uid), String(before.gid), before.mode]],
  };
  return [...steps, step];
}

function withOwnersRights(mode: string): string {
  return (Number.parseInt(mode, 8) | 0o700).toString(8);
}

function portsStep({ server, path }: ShareRequest): Step {
  const file = `/etc/nfs.conf.d/${tagOf(path)}.conf`;
  const { mountd, statd, lockd } = V3_PORTS;
  const text = `[mountd]\nport=${mountd}\n[statd]\nport=${statd}\n[lockd]\nport=${lockd}\nudp-port=${lockd}\n`;
  return {
    ...{ id: 'ports', host: server, values: { file } },
    thing: ['ports', file, text],
    undo: [
      ['nofile', file, text],
      ['restart', 'nfs-server'],
    ],
  };
}

function exportStep(
  { server, path }: ShareRequest,
  facts: ShareFacts,
  { ref, address, hypervisor }: ClientSide,
  owner: Owner,
): SharePlan {
  const tag = tagOf(path);
  const options = optionsFor(owner, hypervisor);
  const elsewhere = exportElsewhere(path, facts, tag);
  if (elsewhere !== null) {
    const { file, given } = elsewhere;
    const isThis = given.to.some(
      (one) => one.host === address && one.options.toSorted().join() === options.toSorted().join(),
    );
    const to = given.to.map((one) => `${one.host}(${one.options.join(',')})`).join(' ');
    const problems = isThis ? [] : [problem('exported-otherwise', server.name, { file, path, to })];
    return { steps: [], problems };
  }
  const file = exportFileOf(tag, address);
  const text = `# ${ref.name}, made by Ferry; undone by: ferry share remove\n${path} ${address}(${options.join(',')})\n`;
  const step: Step = {
    ...{ id: 'export', host: server },
    values: { path, address, options: options.join(','), file },
    thing: ['export', file, text, path, address],
    undo: [['noexport', file, text]],
  };
  const warned =
    hypervisor?.uid === 0
      ? [problem('root-owner', ref.name, { uid: String(owner.uid), gid: String(owner.gid) })]
      : [];
  return { steps: [step], problems: warned };
}

function pathProblems({ server, path }: ShareRequest, facts: ShareFacts): ShareProblem[] {
  const { kind, within } = facts.path;
  if (kind === 'link') return [problem('path-link', server.name, { path })];
  if (kind === 'other') return [problem('path-not-directory', server.name, { path })];
  return UNFIT.test(within) ? [problem('path-filesystem', server.name, { path, type: within })] : [];
}

function guardProblems(
  { server, firewall }: ShareRequest,
  facts: ShareFacts,
  clients: readonly ClientSide[],
): ShareProblem[] {
  if (firewall === 'keep') return [];
  const addresses = clients.map(({ address }) => address).join(', ');
  return guardsOf(facts).flatMap((guard) =>
    guard.kind === 'nobody'
      ? [problem('firewall-nobody', server.name, { rules: guard.rules, addresses })]
      : [],
  );
}
