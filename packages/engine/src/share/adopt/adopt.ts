import { type Connection, type DomainRef, messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../../env.ts';
import { EngineError } from '../../errors.ts';
import { lookUp, readDomain } from '../../inventory/domain.ts';
import type { Share } from '../../journal/share-ledger.ts';
import type { HostRef } from '../../model.ts';
import { byName, failed, reportOf } from '../create.ts';
import { type OpenShareHost, openShareHost } from '../host.ts';
import { type OwnShare, refuseHeld, standing, takeShare } from '../ledger.ts';
import type { ShareOptions, ShareReport, StepReport } from '../model.ts';
import { prove } from '../prove.ts';
import { addressOf, openHosts } from '../sight.ts';
import { undoSteps } from '../undo.ts';
import { type CopyProgress, copyOnto, hasAdopted } from './block-copy.ts';
import { placeProblems } from './place.ts';
import { type Adoption, adoptionStep, planAdoption } from './plan.ts';

/** Which domain, where it runs, and onto which share. */
export interface AdoptRequest {
  readonly domain: string;
  readonly host: HostRef;
  /** `null`: the only share that the host is part of. */
  readonly server: HostRef | null;
  readonly path: string | null;
}

export interface AdoptOptions extends ShareOptions {
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Moves the disks of a running domain onto a share, by block copy with pivot, so that it can move without being copied.
 * The old images stay. Before a copy begins the share is proven, and how to undo the copy is on disk; until the pivot the
 * domain has its old disk, from then on the new one. After a crash the same request goes on. Throws an EngineError,
 * `share-request`, `share` or `busy`, where it can't begin.
 */
export async function adoptDomain(
  request: AdoptRequest,
  env: Env,
  { dryRun = false, onStep = () => undefined, onProgress = () => undefined, signal }: AdoptOptions = {},
  open: OpenShareHost = openShareHost,
): Promise<ShareReport> {
  const share = await shareFor(request, env);
  await refuseHeld(share, env);
  const made = share.request;
  const directory = made.server.name === request.host.name ? made.path : made.mount;
  const hosts = await openHosts([made.server, ...made.clients], open, env);
  try {
    const host = byName(hosts).get(request.host.name) ?? hosts.server;
    const connection = await host.libvirt();
    const dom = await lookUp(connection, request.domain);
    if (dom === null) throw new EngineError('share-request', `${host.ref.name} has no VM ${request.domain}`);
    const domain = await readDomain(connection, dom);
    const { disks, problems } = planAdoption(domain, directory, host.ref.name);
    const begun = new Set((await unfinished(share.id, dom, env)).map(({ values }) => values.to));
    problems.push(...(await placeProblems(dom, disks, { directory, begun }, host, connection)));
    const unproven = await prove(hosts, made, made.address ?? addressOf(made.server) ?? '', env);
    if (unproven !== null) problems.push(failed(made.server.name, unproven));
    const about = { shareId: share.id, server: made.server.name, path: made.path, steps: [], problems };
    if (problems.some(({ severity }) => severity === 'blocker')) return { ...about, result: 'blocked' };
    const steps = disks.map((one) => adoptionStep(host.ref, dom, one));
    if (dryRun && disks.length > 0)
      return { ...about, result: 'planned', steps: steps.map((step) => reportOf(step, 'to-do')) };
    if (dryRun) return { ...about, result: 'nothing' };
    const own = await takeShare(share, env);
    try {
      // What a crash left after its pivot is as wanted: nothing of it is to be undone.
      await settle(own, dom, connection, env);
      const reports: StepReport[] = [];
      for (const [at, one] of disks.entries()) {
        const [step] = steps.slice(at);
        if (step === undefined) break;
        const { id, values, undo } = step;
        await own.append({ kind: 'intent', step: id, host: step.host, values, undo });
        const broken = await adoptDisk(dom, one, connection, env, onProgress, signal);
        if (broken === null) {
          await settle(own, dom, connection, env);
          reports.push(reportOf(step, 'done'));
          onStep(reportOf(step, 'done'));
          continue;
        }
        const undone = await undoSteps(await unfinished(own.id, dom, env), byName(hosts), own, onStep);
        return {
          ...about,
          result: undone.isWhole ? 'taken-back' : 'left',
          steps: [...reports, ...undone.steps],
          problems: [...problems, failed(host.ref.name, broken)],
        };
      }
      return { ...about, result: disks.length === 0 ? 'nothing' : 'done', steps: reports };
    } finally {
      await own.release().catch(() => undefined);
    }
  } finally {
    await hosts.close();
  }
}

/** Copies one disk, and looks that the domain has taken it; says what failed, or `null`. */
async function adoptDisk(
  dom: DomainRef,
  one: Adoption,
  connection: Connection,
  env: Env,
  onProgress: (progress: CopyProgress) => void,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  try {
    signal?.throwIfAborted();
    await copyOnto(dom, one, connection, env, onProgress, signal);
    const isTaken = await hasAdopted(dom, one, connection);
    return isTaken ? null : `${dom.name} has not taken ${one.to} for ${one.disk}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** The copies of a domain that were begun and of which the journal does not know the end. */
async function unfinished(shareId: string, { name }: DomainRef, env: Env) {
  const entries = standing(await env.journal.shares.entries(shareId));
  return entries.filter(({ step, values }) => step === 'adopted' && values.domain === name);
}

/** Of the copies that the domain has as its disks nothing is to be undone any more. */
async function settle(own: OwnShare, dom: DomainRef, connection: Connection, env: Env): Promise<void> {
  for (const { sequence, values } of await unfinished(own.id, dom, env)) {
    const { disk = '', to = '' } = values;
    if (await hasAdopted(dom, { disk, to }, connection)) await own.append({ kind: 'undone', of: sequence });
  }
}

async function shareFor({ host, server, path }: AdoptRequest, env: Env): Promise<Share> {
  const shares = (await env.journal.shares.open()).filter(
    ({ request }) =>
      (server === null || request.server.name === server.name) &&
      (path === null || request.path === path) &&
      [request.server, ...request.clients].some(({ name }) => name === host.name),
  );
  const [share, another] = shares;
  if (share === undefined) throw strange({ host, server, path });
  if (another !== undefined)
    throw new EngineError(
      'share-request',
      `${host.name} has several shares; say which: --server HOST --path DIRECTORY`,
    );
  return share;
}

function strange({ host, path }: Pick<AdoptRequest, 'host' | 'server' | 'path'>): EngineError {
  const which = path === null ? 'has no share' : `has no share ${path}`;
  return new EngineError('share-request', `${host.name} ${which} that Ferry made; see: ferry share status`);
}
