import type { HostRef, OwnRun, RealEnv } from '@virt-ferry/engine';
import type { PlanRequest } from '@virt-ferry/fleet';
import { knownHosts } from '../config/hosts.ts';
import type { Engine } from '../engine.ts';
import { ExitCode, UsageError } from '../errors.ts';
import type { CarriedOut, Ground, Wanted } from '../fleet/carry-out.ts';
import type { RunRequest } from '../fleet/run-request.ts';
import { type Io, tell } from '../io.ts';
import { runOn } from '../open-runs.ts';
import { parseDurationMs } from '../units/duration.ts';
import { withEngine } from '../with-engine.ts';
import { type FleetOptions, parseSeed, showPlan } from './plan-fleet.ts';
import { audience, report } from './run-audience.ts';
import { readSavedPlan, savePlan } from './saved-plan.ts';

export interface LiveOptions extends FleetOptions {
  readonly yes?: boolean;
  readonly plan?: string;
  readonly window: string;
}

/** How long a move that was left open is tried to be recovered where a host is away; as `ferry recover` has it. */
export const PATIENCE_MS = 30_000;

/** What carrying anything out takes. */
export interface Running {
  readonly engine: Engine;
  readonly env: RealEnv;
  readonly io: Io;
  readonly options: Pick<LiveOptions, 'yes' | 'json' | 'explain'>;
}

export const runExitCodes: Readonly<Record<CarriedOut['result'], number>> = {
  done: ExitCode.done,
  declined: ExitCode.blocked,
  blocked: ExitCode.blocked,
  failed: ExitCode.failed,
  uncertain: ExitCode.uncertain,
  aborted: ExitCode.aborted,
};

/**
 * What is wanted of the hosts of the hosts file: shown, with `--dry-run` or to be asked about; and carried out. A run
 * that was left open and wanted the same is carried on.
 */
export async function runLive(
  request: PlanRequest,
  options: LiveOptions,
  io: Io,
  named: readonly HostRef[] = [],
): Promise<number> {
  const seed = parseSeed(options.seed);
  const windowMs = parseDurationMs(options.window, '--window');
  const known = await knownHosts(io.env);
  const hosts = [...known, ...named.filter((one) => !known.some(({ name }) => name === one.name))];
  if (hosts.length <= Math.max(1, named.length))
    throw new UsageError('there is no other host to go to: add one, ferry hosts add NAME URI');
  const wanted = await wantedOf(request, options);
  return withEngine(io, (engine, env) => {
    const running = { engine, env, io, options };
    return withGround({ hosts, seed, windowMs }, running, async (ground) => {
      if (options.dryRun) return showPlanNow(wanted, ground, running);
      const asked = { ...wanted.request, seed, ...(wanted.kind === 'plan' ? { saved: wanted.plan } : {}) };
      const open = await runOn(hosts, asked, running);
      if (open !== null) {
        tell(io, `run ${open.id} was left open and wanted the same: it is carried on`);
        const { carryOn } = await import('./carry-on.ts');
        return carryOn(open, { ...running, hosts, patienceMs: PATIENCE_MS });
      }
      const begin = () => engine.beginRun({ goal: request.goal, request: { ...asked }, hosts }, env);
      return carryOutRun(wanted, ground, begin, [], running);
    });
  });
}

/** With `--plan FILE` and without `--dry-run`, what that file holds; it must be for the goal of the command. */
async function wantedOf(request: PlanRequest, { plan, dryRun }: LiveOptions): Promise<Wanted> {
  if (plan === undefined || dryRun) return { kind: 'goal', request };
  return { kind: 'plan', ...(await readSavedPlan(plan, request)) };
}

async function showPlanNow(wanted: Wanted, ground: Ground, { io, options }: Running): Promise<number> {
  const { planNow } = await import('../fleet/plan-now.ts');
  const { plan: path, ...shown } = options as LiveOptions;
  const plan = await planNow(wanted, ground);
  if (path !== undefined) await savePlan(path, { request: wanted.request, plan }, io);
  return showPlan(plan, shown, io);
}

/** Lends what plans are made from, and has Ctrl-C begin no more, and a second one abort what runs. */
export async function withGround<T>(
  given: Pick<Ground, 'hosts' | 'seed' | 'windowMs'>,
  { engine, env, io }: Running,
  use: (ground: Ground) => Promise<T>,
): Promise<T> {
  const [stop, abort] = [new AbortController(), new AbortController()];
  const offInterrupt = io.onInterrupt(() => {
    if (stop.signal.aborted) abort.abort();
    else tell(io, 'no more moves are begun, those that run are waited for; Ctrl-C again aborts them');
    stop.abort();
  });
  try {
    return await use({ ...given, engine, env, stop: stop.signal, abort: abort.signal });
  } finally {
    offInterrupt();
  }
}

/** Carries out, tells, and ends the run, or leaves it open where it can't be known how a move ended. */
export async function carryOutRun(
  wanted: Wanted,
  ground: Ground,
  run: OwnRun | (() => Promise<OwnRun>),
  before: readonly string[],
  { io, options }: Running,
): Promise<number> {
  const [{ carryOut }, { withRun }] = await Promise.all([
    import('../fleet/carry-out.ts'),
    import('../fleet/with-run.ts'),
  ]);
  const leftOpen = (id: string) => tell(io, `run ${id} stays open; carry it on with: ferry recover ${id}`);
  const work = (once: () => Promise<OwnRun>) =>
    carryOut(wanted, ground, { begin: once }, audience(options, io));
  const done = await withRun(run, before, work, { leftOpen });
  report(done, options, io);
  return runExitCodes[done.result];
}

/** The request of a run as a plan is made for it. */
export function wantedAgain(request: Exclude<RunRequest, { goal: 'roll' }>): Wanted {
  const { saved } = request;
  return saved === undefined ? { kind: 'goal', request } : { kind: 'plan', request, plan: saved };
}
