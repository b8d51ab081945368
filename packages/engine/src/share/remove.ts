import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { HostRef } from '../model.ts';
import { byName } from './create.ts';
import { type OpenShareHost, openShareHost } from './host.ts';
import { findShare, standing, takeShare } from './ledger.ts';
import type { ShareOptions, ShareReport } from './model.ts';
import { factsOf, openHosts, type ShareHosts } from './sight.ts';
import { stepText } from './texts.ts';
import { undoSteps } from './undo.ts';
import { usersOf } from './users.ts';

/** Which share, and its hosts as they are known now. */
export interface RemoveRequest {
  readonly server: HostRef;
  readonly path: string;
  /** Hosts as the user names them now; one that isn't here is reached as it was when it was shared. */
  readonly hosts: readonly HostRef[];
  /** Clients that are gone for good: they are not asked, and nothing is undone on them. */
  readonly without?: readonly string[] | undefined;
}

/**
 * Undoes what `createShare` did, the latest first, and nothing else. Refuses while a domain has a disk there. What
 * somebody else has changed meanwhile is left as it is, and said. Throws an EngineError, `share-request` where there is
 * no such share, `share` where a host can't be asked.
 */
export async function removeShare(
  { server, path, hosts: now, without = [] }: RemoveRequest,
  env: Env,
  { dryRun = false, onStep }: ShareOptions = {},
  open: OpenShareHost = openShareHost,
): Promise<ShareReport> {
  const share = await findShare(server, path, env);
  if (share === null)
    throw new EngineError(
      'share-request',
      `the journal knows no share ${path} of ${server.name}; see: ferry share status`,
    );
  const { request } = share;
  const intents = standing(await env.journal.shares.entries(share.id));
  const current = (ref: HostRef) => now.find(({ name }) => name === ref.name) ?? ref;
  const stranger = without.find((name) => !request.clients.some((one) => one.name === name));
  if (stranger !== undefined)
    throw new EngineError('share-request', `${stranger} is no client of ${path} of ${server.name}`);
  const refs = [...request.clients, ...intents.map(({ host }) => host)].filter(
    ({ name }, at, all) =>
      name !== request.server.name &&
      !without.includes(name) &&
      all.findIndex((one) => one.name === name) === at,
  );
  const hosts = await openHosts([current(request.server), ...refs.map(current)], open, env);
  const about = { shareId: share.id, server: server.name, path, steps: [], problems: [] };
  try {
    const problems = await inUse(hosts, path, request.mount);
    if (problems.length > 0) return { ...about, result: 'blocked', problems };
    if (dryRun) {
      const steps = intents.map(({ step, host, values }) => ({
        ...{ id: step, host: host.name, values, state: 'to-do' as const },
        message: stepText({ id: step, values }),
      }));
      return { ...about, result: 'planned', steps };
    }
    const own = await takeShare(share, env);
    let isEnded = false;
    try {
      const { steps, isWhole } = await undoSteps(intents, byName(hosts), own, onStep, without);
      if (!isWhole) return { ...about, result: 'left', steps };
      await own.end();
      isEnded = true;
      return { ...about, result: 'done', steps };
    } finally {
      if (!isEnded) await own.release().catch(() => undefined);
    }
  } finally {
    await hosts.close();
  }
}

async function inUse({ server, clients }: ShareHosts, path: string, mount: string) {
  const places = [{ host: server, path }, ...clients.map((host) => ({ host, path: mount }))];
  const found = await Promise.all(
    places.map(async ({ host, path }) => {
      const facts = await factsOf(host, path);
      return facts.hasLibvirt ? usersOf(host, path) : [];
    }),
  );
  return found.flat();
}
