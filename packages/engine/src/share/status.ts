import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { ask } from './create.ts';
import { type OpenShareHost, openShareHost, type ShareHost } from './host.ts';
import { standing } from './ledger.ts';
import type { ShareProblem, ShareRequest } from './model.ts';
import { otherStorage } from './other-storage.ts';
import { planShare } from './plan.ts';
import { crosses } from './prove.ts';
import { addressOf, factsOf, openHosts, reachOf, type ShareHosts, sight, valuesOf } from './sight.ts';
import { problem, stepText } from './texts.ts';

/** How a share is, seen from each of its hosts. */
export interface ShareStatus {
  readonly server: string;
  readonly path: string;
  readonly mount: string;
  readonly verdict: 'good' | 'warnings' | 'bad';
  readonly items: readonly ShareProblem[];
}

const LATE_MS = 1_000;
const SLOW_WRITE_MS = 20;
const LOW_SPACE = 0.05;
/** At most: it is let go once its file is removed. */
const HOLD_S = 60;
const KIB_PER_GIB = 1024 ** 2;

/**
 * Looks at a share from all of its hosts: whether all is as it was made, whether it can be reached, and what comes of
 * writing into it, in files of Ferry's own that are removed again. It need not be Ferry's. Never throws for what a host
 * says, or for one that does not answer.
 */
export async function shareStatus(
  request: ShareRequest,
  env: Env,
  open: OpenShareHost = openShareHost,
): Promise<ShareStatus> {
  const items: ShareProblem[] = [];
  let hosts: ShareHosts | null = null;
  try {
    hosts = await openHosts([request.server, ...request.clients], open, env);
    items.push(...(await itemsOf(request, hosts, env)));
  } catch (error) {
    items.push(problem('no-answer', request.server.name, { why: messageOf(error) }));
  } finally {
    await hosts?.close();
  }
  const has = (severity: ShareProblem['severity']) => items.some((item) => item.severity === severity);
  const { server, path, mount } = request;
  const verdict = has('blocker') ? 'bad' : has('warning') ? 'warnings' : 'good';
  return { server: server.name, path, mount, verdict, items };
}

async function itemsOf(request: ShareRequest, hosts: ShareHosts, env: Env): Promise<ShareProblem[]> {
  const { server, clients } = hosts;
  const address = request.address ?? addressOf(request.server) ?? '';
  const items = await asMade(request, hosts, env);
  const { owner } = (await factsOf(server, request.path)).path;
  items.push(...(await room(server, request.path, env)));
  for (const client of clients) {
    const reach = await reachOf(client, address);
    const isOpen = reach === 'open' || reach === 'unknown';
    items.push(problem(isOpen ? 'reach-open' : 'reach-closed', client.ref.name, { address, reach }));
    if (request.nfs === '3') {
      const [rpc] = valuesOf(await client.try('rpc', address), 'rpc');
      if (rpc !== 'unknown')
        items.push(problem(rpc === 'open' ? 'rpc-open' : 'rpc-closed', client.ref.name, { address }));
    }
    // A mount whose server is away would keep whoever touches it.
    if (!isOpen) continue;
    items.push(...(await crossings(request, server, client, owner, env)));
    items.push(...(await room(client, request.mount, env)));
    items.push(...(await locks(request, server, client, env)));
  }
  for (const host of [server, ...clients]) items.push(...(await otherStorage(host, request, address)));
  return items;
}

/** Whether all steps that would make it are so. */
async function asMade(request: ShareRequest, hosts: ShareHosts, env: Env): Promise<ShareProblem[]> {
  const share = (await env.journal.shares.open()).find(
    (one) => one.path === request.path && one.request.server.name === request.server.name,
  );
  if (share === undefined) return [];
  const intents = standing(await env.journal.shares.entries(share.id));
  const known = new Set(intents.map(({ host }) => host.name));
  const { steps, problems } = planShare(request, await sight(request, hosts, known));
  const reports = await ask(steps, hosts);
  const missing = steps.filter((_, at) => reports[at]?.state !== 'so');
  const whole = [hosts.server, ...hosts.clients].flatMap(({ ref: { name } }) => {
    const count = steps.filter(({ host }) => host.name === name).length;
    const isWhole = count > 0 && missing.every(({ host }) => host.name !== name);
    return isWhole ? [problem('all-so', name, { count: String(count) })] : [];
  });
  return [
    ...problems,
    ...whole,
    ...missing.map((step) => problem('not-so', step.host.name, { what: stepText(step) })),
  ];
}

type Owner = Awaited<ReturnType<typeof factsOf>>['path']['owner'];

async function crossings(
  { path, mount }: ShareRequest,
  server: ShareHost,
  client: ShareHost,
  directory: Owner,
  env: Env,
): Promise<ShareProblem[]> {
  const ways = [
    { from: server, fromPath: path, to: client, toPath: mount },
    { from: client, fromPath: mount, to: server, toPath: path },
  ];
  const items: ShareProblem[] = [];
  for (const { from, fromPath, to, toPath } of ways) {
    const seen = await crosses(from, fromPath, to, toPath, env);
    if (seen.result !== 'seen') {
      items.push(problem('crossing-failed', to.ref.name, { why: seen.why }));
      continue;
    }
    const values = { from: from.ref.name, ms: seen.afterMs.toFixed(0) };
    items.push(problem(seen.afterMs > LATE_MS ? 'crossing-late' : 'crossing', to.ref.name, values));
    if (from !== client || directory === null) continue;
    const owner = seen.owner.replace(' ', ':');
    const wanted = `${directory.uid}:${directory.gid}`;
    const id = owner.startsWith('0:') ? 'root-not-squashed' : owner === wanted ? 'owner-same' : 'owner-other';
    items.push(problem(id, client.ref.name, { owner, directory: wanted }));
  }
  return items;
}

/** How much room there is, and how long a write takes until it is on disk. */
async function room(host: ShareHost, directory: string, env: Env): Promise<ShareProblem[]> {
  const items: ShareProblem[] = [];
  const [space = ''] = valuesOf(await host.try('space', directory), 'space');
  const [, total, free] = /^(\d+) (\d+)$/.exec(space) ?? [];
  if (total !== undefined && free !== undefined) {
    const gib = (kib: string) => (Number(kib) / KIB_PER_GIB).toFixed(1);
    const isLow = Number(free) < Number(total) * LOW_SPACE;
    const values = { free: gib(free), total: gib(total) };
    items.push(problem(isLow ? 'space-low' : 'space', host.ref.name, values));
  }
  const name = `.ferry-share-${env.newId()}`;
  const [took] = valuesOf(await host.try('latency', directory, name), 'latency');
  await host.try('drop', directory, name);
  if (took !== undefined) {
    const ms = Number(took) / 1000;
    const id = ms > SLOW_WRITE_MS ? 'latency-high' : 'latency';
    items.push(problem(id, host.ref.name, { ms: ms.toFixed(1) }));
  }
  return items;
}

/** QEMU keeps a second one off an image by such locks (open file description locks, fcntl(2)). */
async function locks(
  { path, mount }: ShareRequest,
  server: ShareHost,
  client: ShareHost,
  env: Env,
): Promise<ShareProblem[]> {
  const name = `.ferry-share-${env.newId()}`;
  const none = (why: string) => [problem('lock-none', client.ref.name, { why })];
  try {
    if (!(await client.try('put', mount, name, 'lock')).isSo) return [];
    const [held] = valuesOf(await client.try('lock', mount, name, String(HOLD_S)), 'lock');
    if (held !== 'held') return none(held === 'unknown' ? 'no python3' : 'none could be had');
    const [tried] = valuesOf(await server.try('lock', path, name, '0'), 'lock');
    const values = { from: client.ref.name };
    if (tried === 'taken') return [problem('lock', server.ref.name, values)];
    return tried === 'held' ? [problem('lock-open', server.ref.name, values)] : none('no python3');
  } finally {
    await client.try('drop', mount, name);
  }
}
