import { setTimeout } from 'node:timers/promises';
import { MigrateFlag } from '@virt-ferry/libvirt';
import type { Holder, NewEntry } from '../journal/journal.ts';
import type { MoveRequest } from '../model.ts';
import type { RealEnv } from '../real-env.ts';
import { type FakeHost, startFakeHost, UUID } from './fake-host.ts';
import { journaledEnv } from './journaled-env.ts';
import { moveRequest } from './move-request.ts';

/** Time in these tests runs so many times faster. */
const HASTE = 50;

/** The real world, in a hurry, with a journal of its own. */
export function hastyEnv(change: Partial<RealEnv> = {}): RealEnv {
  const startMs = Date.now();
  const monotonicMs = () => performance.now() * HASTE;
  const bornMs = monotonicMs();
  return journaledEnv({
    monotonicMs,
    nowMs: () => startMs + monotonicMs() - bornMs,
    delay: (ms: number, signal?: AbortSignal) => setTimeout(ms / HASTE, undefined, { signal }),
    ...change,
  });
}

/** Whoever held the operation, and is gone. */
export const ghost: Holder = { machine: 'm', bootId: 'b', pidNamespace: 'p', pid: 1, startTicks: 2 };

export const HOST_UUIDS = {
  source: 'fe440000-0000-4000-8000-000000000001',
  destination: 'fe440000-0000-4000-8000-000000000002',
} as const;

export const ID = 'k3m8x2pq';

/** A p2p move that its Ferry left while the source was sending, and both hosts as they stand. */
export interface LeftOpen {
  readonly env: RealEnv;
  readonly source: FakeHost;
  readonly destination: FakeHost;
}

export async function leftOpen(
  wishes: Partial<MoveRequest> = {},
  { startedAgoMs = 1000, env = hastyEnv(), more = [] as readonly Omit<NewEntry, 'atMs'>[] } = {},
): Promise<LeftOpen> {
  const source = await startFakeHost('alpha', HOST_UUIDS.source);
  const destination = await startFakeHost('beta', HOST_UUIDS.destination);
  source.domain = { state: 1, reason: 1, job: 'outgoing', persistent: true };
  destination.domain = { state: 3, reason: 2, job: 'incoming', persistent: false };
  const request = moveRequest({
    domain: 'web',
    source: source.ref,
    destination: destination.ref,
    drive: 'p2p',
    commit: 'finish',
    ...wishes,
  });
  const startedAtMs = Math.round(env.nowMs() - startedAgoMs);
  const hosts = { source: 'alpha', destination: 'beta' };
  const operation = { id: ID, kind: 'migrate', domain: { name: 'web', uuid: UUID }, request } as const;
  // The lease ran out before it began: whoever held it is gone.
  const lease = await env.journal.begin({ ...operation, ...hosts, startedAtMs }, ghost, 0);
  const flags = MigrateFlag.live | MigrateFlag.peer2peer;
  const parameters = { sourceFlags: flags, destinationFlags: flags, params: [] };
  const facts = { wasPaused: false, hosts: HOST_UUIDS, definedThere: null };
  const entries: Omit<NewEntry, 'atMs'>[] = [
    { kind: 'note', step: 'inventory', data: facts },
    { kind: 'intent', step: 'perform', data: { parameters } },
    ...more,
  ];
  await env.journal.append(
    lease,
    entries.map((entry) => ({ ...entry, atMs: startedAtMs })),
  );
  return { env, source, destination };
}

/** The source has sent everything and let the guest go. */
export function arrive({ source, destination }: LeftOpen): void {
  source.domain = null;
  destination.domain = { state: 1, reason: 2, job: 'none', persistent: true };
}

/** The source has given up, and the guest runs on there. */
export function giveUp({ source, destination }: LeftOpen): void {
  source.domain = { state: 1, reason: 6, job: 'none', persistent: true };
  destination.domain = null;
}
