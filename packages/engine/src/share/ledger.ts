import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { NewShareEntry, Share, ShareEntry, ShareLease } from '../journal/share-ledger.ts';
import type { HostRef } from '../model.ts';
import type { ShareRequest } from './model.ts';

/** Longer than any one step takes, packages too: it is held on with each line that is written. */
const LEASE_MS = 35 * 60_000;

type Intent = Extract<ShareEntry, { kind: 'intent' }>;

/** What has been done and not been undone, the latest first: what a removal has to undo. */
export function standing(entries: readonly ShareEntry[]): Intent[] {
  const undone = new Set(entries.flatMap((entry) => (entry.kind === 'undone' ? [entry.of] : [])));
  return entries
    .flatMap((entry) => (entry.kind === 'intent' && !undone.has(entry.sequence) ? [entry] : []))
    .reverse();
}

/** What is shared now, or was left half done. */
export async function findShares(env: Env): Promise<ShareRequest[]> {
  return (await env.journal.shares.open()).map(({ request }) => request);
}

/** The open share of a directory, by its server's name or URI. */
export async function findShare(server: HostRef, path: string, env: Env): Promise<Share | null> {
  const open = await env.journal.shares.open();
  const isThat = ({ request }: Share) =>
    request.path === path && (request.server.name === server.name || request.server.uri === server.uri);
  return open.find(isThat) ?? null;
}

/** Makes sure that nobody else is at work on a share. Throws an EngineError, `busy`. */
export async function refuseHeld({ path, holding }: Share, env: Env): Promise<void> {
  if (holding === null) return;
  const { holder, untilMs } = holding;
  const life = await env.liveness(holder);
  if (life === 'dead' || (life === 'unknown' && env.nowMs() > untilMs)) return;
  throw new EngineError(
    'busy',
    `process ${holder.pid} on ${holder.machine} is at work on the share ${path}; wait until it has ended`,
  );
}

/** A share that this process is at work on. */
export interface OwnShare {
  readonly id: string;
  append(entry: NewShareEntry): Promise<number>;
  setRequest(request: ShareRequest): Promise<void>;
  /** Leaves it to whoever comes next. */
  release(): Promise<void>;
  end(): Promise<void>;
}

export async function beginShare(machineId: string, request: ShareRequest, env: Env): Promise<OwnShare> {
  const share = { id: env.newId(), machineId, path: request.path, request, startedAtMs: env.nowMs() };
  return own(await env.journal.shares.begin(share, env.holder, env.nowMs() + LEASE_MS), env);
}

export async function takeShare(share: Share, env: Env): Promise<OwnShare> {
  await refuseHeld(share, env);
  const seen = { shareId: share.id, token: share.token };
  const lease = await env.journal.shares.takeOver(seen, env.holder, env.nowMs() + LEASE_MS);
  if (lease === null)
    throw new EngineError('busy', `another Ferry has just taken on the share ${share.path}`);
  return own(lease, env);
}

function own(lease: ShareLease, env: Env): OwnShare {
  const { shares } = env.journal;
  return {
    id: lease.shareId,
    append: (entry) => shares.append(lease, entry, env.nowMs(), env.nowMs() + LEASE_MS),
    setRequest: (request) => shares.setRequest(lease, request),
    release: () => shares.release(lease),
    end: () => shares.end(lease, env.nowMs()),
  };
}
