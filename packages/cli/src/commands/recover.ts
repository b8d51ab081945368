import type { Operation, Run } from '@virt-ferry/engine';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { readHosts } from '../config/hosts-file.ts';
import { hostsPath } from '../config/paths.ts';
import { oneLine } from '../display/printable.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type Io, printJsonLine, tell } from '../io.ts';
import { openOperations, openText } from '../open-operations.ts';
import { parseDurationMs } from '../units/duration.ts';
import { withEngine } from '../with-engine.ts';
import { exitCodeOfRecovery, recoverAndShow } from './recover-operation.ts';
import { operatorAgrees, showSurvey } from './recover-survey.ts';
import type { RecoverCommandOptions, Recovering } from './recovering.ts';

/** `ferry recover [ID]` */
export async function run(id: string | undefined, options: RecoverCommandOptions, io: Io): Promise<number> {
  if (options.choose !== undefined && id === undefined) {
    throw new UsageError('--choose is for one operation: ferry recover ID --choose …; see: ferry status');
  }
  const patienceMs = parseDurationMs(options.wait, '--wait');
  const hosts = await readHosts(hostsPath(io.env));
  return withEngine(io, (engine, env) => {
    const recovering = { engine, env, io, options, patienceMs, hosts };
    return id === undefined ? recoverAll(recovering) : recoverNamed(id, recovering);
  });
}

async function recoverNamed(id: string, recovering: Recovering): Promise<number> {
  const { options, env, io } = recovering;
  const operation = await env.journal.operation(id);
  const run = operation === null ? await env.journal.runs.run(id) : null;
  if (run !== null) return recoverRun(run, recovering);
  if (operation && operation.endedAtMs === null) {
    if (options.dryRun) return showSurvey(operation, recovering);
    if (options.choose !== undefined && !(await operatorAgrees(operation, options.choose, recovering))) {
      tell(io, `${operation.domain.name}: nothing was touched; operation ${id} is still open`);
      return ExitCode.uncertain;
    }
  }
  return exitCodeOfRecovery((await recoverAndShow(id, recovering)).recovery);
}

/** One after the other, the oldest first. What fails with one keeps no other from its end. */
async function recoverAll(recovering: Recovering): Promise<number> {
  const { engine, env, io, options } = recovering;
  const open = await openOperations(engine, env);
  const openRuns = await env.journal.runs.runs({ open: true });
  if (open.length === 0 && openRuns.length === 0) tell(io, 'nothing was left open');
  const codes: number[] = [];
  let interruptedOnce = false;
  for (const one of open) {
    const { operation } = one;
    if (one.attendance === 'running') {
      if (options.json)
        printJsonLine(io, { type: 'skipped', operationId: operation.id, reason: openText(one) });
      else tell(io, oneLine(`skipped: ${openText(one)}`));
      continue;
    }
    try {
      if (options.dryRun) codes.push(await showSurvey(operation, recovering));
      else {
        const { recovery, interrupted } = await recoverAndShow(operation.id, recovering);
        codes.push(exitCodeOfRecovery(recovery));
        if (interrupted) {
          interruptedOnce = true;
          break;
        }
      }
    } catch (error) {
      codes.push(ExitCode.uncertain);
      tellFailure(operation, error, recovering);
    }
  }
  if (interruptedOnce) return gravest(codes);
  for (const run of openRuns.toReversed()) {
    try {
      codes.push(await recoverRun(run, recovering));
    } catch (error) {
      codes.push(ExitCode.uncertain);
      tellFailure(run, error, recovering);
    }
  }
  return gravest(codes);
}

/** A run is carried on once all its moves are settled. */
async function recoverRun(run: Run, recovering: Recovering): Promise<number> {
  const { engine, env, io, options } = recovering;
  if (options.choose !== undefined)
    throw new UsageError(`--choose is for one move: ${run.id} is a run; see: ferry show ${run.id}`);
  if (run.endedAtMs !== null) {
    tell(io, `run ${run.id} has ended already; see how with: ferry show ${run.id}`);
    return ExitCode.done;
  }
  if ((await engine.attendanceOf(run, env)) === 'running') {
    if (options.json)
      printJsonLine(io, { type: 'skipped', runId: run.id, reason: 'it is being carried out' });
    tell(io, oneLine(`skipped: ${engine.busyWithRun(run).message}`));
    return ExitCode.done;
  }
  const { carryOn, showRest } = await import('./carry-on.ts');
  return options.dryRun ? showRest(run, recovering) : carryOn(run, recovering);
}

function tellFailure({ id }: Pick<Operation, 'id'>, error: unknown, { io, options }: Recovering): void {
  const message = oneLine(messageOf(error));
  if (options.json) printJsonLine(io, { type: 'failed', operationId: id, message });
  tell(io, `ferry: ${message.includes(id) ? '' : `operation ${id}: `}${message}`);
}

function gravest(codes: readonly number[]): number {
  const order: readonly number[] = [
    ...[ExitCode.uncertain, ExitCode.failed, ExitCode.blocked, ExitCode.aborted],
  ];
  return order.find((code) => codes.includes(code)) ?? ExitCode.done;
}
