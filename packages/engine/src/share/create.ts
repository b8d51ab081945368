import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { type Answer, type OpenShareHost, openShareHost, type ShareHost } from './host.ts';
import { beginShare, findShare, type OwnShare, refuseHeld, standing, takeShare } from './ledger.ts';
import type { ShareOptions, ShareReport, ShareRequest, Step, StepReport } from './model.ts';
import { planShare } from './plan.ts';
import { prove } from './prove.ts';
import { checkAgainst, checkRequest } from './request.ts';
import { openHosts, type ShareHosts, sight } from './sight.ts';
import { stepText } from './texts.ts';
import { undoSteps } from './undo.ts';

/**
 * Shares a directory of one host with others, by NFS:
 *
 * ```
 *  look at all hosts ─▶ decide ─▶ for each step: is it so? ─ yes ─▶ next
 *       (nothing is touched)         │ no
 *                                    ▼
 *                 intent, with its undo, on disk ─▶ do ─▶ is it so now? ─▶ done ─▶ next
 *                                                              │ no
 *                                                              ▼
 *                                      undo what this run has done, the latest first
 * ```
 *
 * What is so already is left alone and is not undone later, so doing it twice changes nothing. After a crash the same
 * request goes on, and `removeShare` undoes what is written down. Throws an EngineError, `share-request`, `share` or
 * `busy`, where it can't begin.
 */
export async function createShare(
  request: ShareRequest,
  env: Env,
  { dryRun = false, onStep = () => undefined, signal }: ShareOptions & { signal?: AbortSignal } = {},
  open: OpenShareHost = openShareHost,
): Promise<ShareReport> {
  checkRequest(request);
  const there = await findShare(request.server, request.path, env);
  if (there !== null) {
    checkAgainst(request, there.request);
    await refuseHeld(there, env);
  }
  const before = there === null ? [] : standing(await env.journal.shares.entries(there.id));
  const hosts = await openHosts([request.server, ...request.clients], open, env);
  try {
    const known = new Set(before.filter(({ step }) => isMount(step)).map(({ host }) => host.name));
    const sighted = await sight(request, hosts, known);
    const { steps, problems } = planShare(request, sighted);
    const about = {
      ...{ shareId: there?.id ?? null, server: request.server.name, path: request.path },
      ...{ steps: [], problems },
    };
    if (problems.some(({ severity }) => severity === 'blocker')) return { ...about, result: 'blocked' };
    const reports = await ask(steps, hosts);
    const isAllSo = reports.every(({ state }) => state === 'so');
    if (isAllSo) return { ...about, result: 'nothing', steps: reports };
    if (dryRun) return { ...about, result: 'planned', steps: reports };
    const share =
      there === null ? await beginShare(sighted.server.machineId, request, env) : await takeShare(there, env);
    let isEnded = false;
    try {
      const all = [...(there?.request.clients ?? []), ...request.clients];
      const clients = all.filter(({ name }, at) => all.findIndex((one) => one.name === name) === at);
      await share.setRequest({ ...request, clients });
      const made = await make(steps, hosts, share, onStep, signal);
      const broken = made.failure ?? (await prove(hosts, request, sighted.address ?? '', env));
      if (broken === null) return { ...about, result: 'done', shareId: share.id, steps: made.steps };
      // What earlier runs have done is not this run's to undo.
      const first = made.first ?? Number.POSITIVE_INFINITY;
      const entries = standing(await env.journal.shares.entries(share.id));
      const ours = entries.filter(({ sequence }) => sequence >= first);
      const undone = await undoSteps(ours, byName(hosts), share, onStep);
      if (undone.isWhole && ours.length === entries.length) {
        await share.end();
        isEnded = true;
      }
      return {
        ...about,
        ...{ result: undone.isWhole ? 'taken-back' : 'left', shareId: share.id },
        steps: [...made.steps.filter(({ state }) => state === 'failed'), ...undone.steps],
        problems: [...problems, failed(request.server.name, broken)],
      };
    } finally {
      if (!isEnded) await share.release().catch(() => undefined);
    }
  } finally {
    await hosts.close();
  }
}

/** What failed, as a problem. */
export function failed(host: string, message: string): ShareReport['problems'][number] {
  return { id: 'failed', host, severity: 'blocker', message, remedy: null, values: { message } };
}

function isMount(step: Step['id']): boolean {
  return step === 'pool' || step === 'mount-file' || step === 'fstab';
}

/** What each step is now; nothing is touched. */
export async function ask(steps: readonly Step[], hosts: ShareHosts): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (const step of steps) {
    const { isSo } = await hostOf(step, hosts).is(step.thing);
    reports.push(reportOf(step, isSo ? 'so' : 'to-do'));
  }
  return reports;
}

interface Made {
  readonly steps: readonly StepReport[];
  /** What failed, or that it was to stop. */
  readonly failure: string | null;
  /** The number of the first intent of this run. */
  readonly first: number | null;
}

async function make(
  steps: readonly Step[],
  hosts: ShareHosts,
  share: OwnShare,
  onStep: (step: StepReport) => void,
  signal: AbortSignal | undefined,
): Promise<Made> {
  const reports: StepReport[] = [];
  let first: number | null = null;
  const tell = (report: StepReport) => {
    reports.push(report);
    onStep(report);
  };
  for (const step of steps) {
    if (signal?.aborted) return { steps: reports, first, failure: 'it was to stop' };
    const host = hostOf(step, hosts);
    const before = await heard(() => host.is(step.thing));
    if (before.isSo) {
      tell(reportOf(step, 'so'));
      continue;
    }
    const { id, undo, values } = step;
    // Whatever fails with the journal ends it here: nothing is done, or undone, that isn't written down.
    const of = await share.append({ kind: 'intent', step: id, host: step.host, values, undo });
    first ??= of;
    const done = await heard(() => host.do(step.thing));
    const after = done.isSo ? await heard(() => host.is(step.thing)) : done;
    if (!after.isSo) {
      const said = done.lines.at(-1) ?? after.lines.at(-1) ?? 'it is not so afterwards';
      tell({ ...reportOf(step, 'failed'), said });
      return { steps: reports, first, failure: `${step.host.name}: ${stepText(step)}: ${said}` };
    }
    await share.append({ kind: 'done', of });
    tell(reportOf(step, 'done'));
  }
  return { steps: reports, first, failure: null };
}

/** A host that can't be asked any more is one on which it is not so. */
async function heard(act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    return { isSo: false, lines: [messageOf(error)] };
  }
}

/** A step, and what became of it. */
export function reportOf(step: Step, state: StepReport['state']): StepReport {
  return { id: step.id, host: step.host.name, state, message: stepText(step), values: step.values };
}

function hostOf({ host }: Step, hosts: ShareHosts): ShareHost {
  return byName(hosts).get(host.name) ?? hosts.server;
}

/** The hosts of a share by their names. */
export function byName({ server, clients }: ShareHosts): Map<string, ShareHost> {
  return new Map([server, ...clients].map((host) => [host.ref.name, host]));
}
