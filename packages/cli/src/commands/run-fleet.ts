import type { HostRef } from '@virt-ferry/engine';
import type { PlanRequest } from '@virt-ferry/fleet';
import { knownHosts } from '../config/hosts.ts';
import { UsageError } from '../errors.ts';
import type { Ground, Wanted } from '../fleet/ground.ts';
import { type Io, tell } from '../io.ts';
import { runOn } from '../open-runs.ts';
import { parseDurationMs } from '../units/duration.ts';
import { withEngine } from '../with-engine.ts';
import { carryOutRun } from './carry-out.ts';
import { type LiveOptions, PATIENCE_MS, parseSeed, type Running, withGround } from './running.ts';
import { readSavedPlan, savePlan } from './saved-plan.ts';
import { showPlan } from './show-plan.ts';

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
