import type { HostRef } from '../model.ts';
import type { ShareFacts } from './facts.ts';
import { type ClientSide, fileNameOf, guardsOf } from './firewall.ts';
import type { ShareProblem, ShareRequest, Step } from './model.ts';
import { clientSteps } from './plan-client.ts';
import { serverSteps } from './plan-server.ts';
import { problem } from './texts.ts';

/** What a client answered when it tried port 2049 of the server. */
export type ShareReach = 'open' | 'refused' | 'timeout' | 'unreachable' | 'unresolved' | 'unknown';

/** One client, as it says itself. */
export interface ClientFacts {
  readonly ref: HostRef;
  readonly facts: ShareFacts;
  /** The address that it sends from when it sends to the server. */
  readonly source: string | null;
  /** The zone of the server's firewalld that it comes into. */
  readonly zone: string | null;
  readonly reach: ShareReach;
  /** False where the share is mounted already, and nothing of Ferry's mounts it. */
  readonly isMountOurs: boolean;
}

/** All that a share is decided from. */
export interface Sighted {
  readonly server: ShareFacts;
  /** By which the clients reach the server; `null` where the request names none and the URI has none. */
  readonly address: string | null;
  readonly clients: readonly ClientFacts[];
}

/** What is to be so, in the order in which it is made so; nothing of it where a problem is a blocker. */
export interface SharePlan {
  readonly steps: readonly Step[];
  readonly problems: readonly ShareProblem[];
}

/** From what the hosts say to what is to be so on them. Pure: no step is asked here whether it is so already. */
export function planShare(request: ShareRequest, sighted: Sighted): SharePlan {
  const { server, address, clients } = sighted;
  const general = [...machineProblems(request, sighted), ...reachProblems(request, sighted)];
  const sides = clients.flatMap(({ ref, source, zone, facts }): ClientSide[] =>
    source === null ? [] : [{ ref, address: source, zone, hypervisor: facts.hypervisor }],
  );
  const here = serverSteps(request, server, sides);
  const there = address === null ? [] : clients.map((client) => clientSteps(request, client, address));
  const problems = [...general, ...here.problems, ...there.flatMap((plan) => plan.problems)];
  const isBlocked = problems.some(({ severity }) => severity === 'blocker');
  return { problems, steps: isBlocked ? [] : [...here.steps, ...there.flatMap((plan) => plan.steps)] };
}

function machineProblems({ server }: ShareRequest, sighted: Sighted): ShareProblem[] {
  const all = [
    { ref: server, facts: sighted.server },
    ...sighted.clients.map(({ ref, facts }) => ({ ref, facts })),
  ];
  return all.flatMap(({ ref: { name }, facts }, at) => {
    const twin = all
      .slice(0, at)
      .find((other) => other.facts.machineId === facts.machineId && other.facts.bootId === facts.bootId);
    if (!facts.isRoot) return [problem('not-root', name)];
    if (!facts.programs.has('systemctl')) return [problem('no-systemd', name)];
    return twin ? [problem('same-host', name, { other: twin.ref.name })] : [];
  });
}

function reachProblems({ server, firewall }: ShareRequest, sighted: Sighted): ShareProblem[] {
  const { address, clients } = sighted;
  if (address === null) return [problem('no-address', server.name)];
  const isOpened = firewall === 'open' && guardsOf(sighted.server).length > 0;
  return clients.flatMap(({ ref: { name }, reach, source }) => {
    if (reach === 'unresolved') return [problem('unresolved', name, { address })];
    if (reach === 'unreachable' || source === null) return [problem('unreachable', name, { address })];
    if (reach !== 'timeout' || isOpened) return [];
    return [problem('filtered', name, { address, server: server.name, source })];
  });
}

/** The file that gives the directory to one client. */
export function exportFileOf(tag: string, address: string): string {
  return `/etc/exports.d/${tag}-${fileNameOf(address)}.exports`;
}
