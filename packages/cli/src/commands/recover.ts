import type { Operation, Recovery } from '@virt-ferry/engine';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { readHosts } from '../config/hosts-file.ts';
import { hostsPath } from '../config/paths.ts';
import { moveDisplay } from '../display/display.ts';
import { oneLine } from '../display/printable.ts';
import { ExitCode, exitCodeOfResult, UsageError } from '../errors.ts';
import { type Io, printJsonLine, tell } from '../io.ts';
import { openOperations, openText } from '../open-operations.ts';
import { parseDurationMs } from '../units/duration.ts';
import { withEngine } from '../with-engine.ts';
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
  if (operation && operation.endedAtMs === null) {
    if (options.dryRun) return showSurvey(operation, recovering);
    if (options.choose !== undefined && !(await operatorAgrees(operation, options.choose, recovering))) {
      tell(io, `${operation.domain.name}: nothing was touched; operation ${id} is still open`);
      return ExitCode.uncertain;
    }
  }
  return exitCodeOf((await recoverAndShow(id, recovering)).recovery);
}

/** One after the other, the oldest first. What fails with one keeps no other from its end. */
async function recoverAll(recovering: Recovering): Promise<number> {
  const { engine, env, io, options } = recovering;
  const open = await openOperations(engine, env);
  if (open.length === 0) tell(io, 'nothing was left open');
  const codes: number[] = [];
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
        codes.push(exitCodeOf(recovery));
        if (interrupted) break;
      }
    } catch (error) {
      codes.push(ExitCode.uncertain);
      tellFailure(operation, error, recovering);
    }
  }
  return gravest(codes);
}

function tellFailure({ id }: Operation, error: unknown, { io, options }: Recovering): void {
  const message = oneLine(messageOf(error));
  if (options.json) printJsonLine(io, { type: 'failed', operationId: id, message });
  tell(io, `ferry: ${message.includes(id) ? '' : `operation ${id}: `}${message}`);
}

async function recoverAndShow(
  id: string,
  { engine, env, io, options, patienceMs, hosts }: Recovering,
): Promise<{ readonly recovery: Recovery; readonly interrupted: boolean }> {
  const display = await moveDisplay(io, options.json ?? false);
  const leaving = new AbortController();
  const offInterrupt = io.onInterrupt(() => {
    if (leaving.signal.aborted) {
      display.close();
      tell(io, `left as it is; go on with: ferry recover ${id}`);
      io.leave(ExitCode.uncertain);
      return;
    }
    const wish = `to abort a move that still goes on: ferry abort ${id}, then ferry recover ${id}`;
    display.say(
      `leaving it as it is after this step, which is no harm; ${wish}; Ctrl-C again leaves at once`,
    );
    leaving.abort();
  });
  try {
    const choice = options.choose ?? null;
    const recovering = engine.recover(id, { patienceMs, choice, hosts }, env, leaving.signal);
    for (;;) {
      const step = await recovering.next();
      if (step.done) {
        const { outcome, open, look } = step.value;
        display.end(outcome, { open, look });
        return { recovery: step.value, interrupted: leaving.signal.aborted };
      }
      display.event(step.value);
    }
  } finally {
    display.close();
    offInterrupt();
  }
}

/** As the move itself would have exited; an operation that stays open is still uncertain. */
function exitCodeOf({ outcome, open }: Recovery): number {
  return open ? ExitCode.uncertain : exitCodeOfResult(outcome.result);
}

function gravest(codes: readonly number[]): number {
  const order: readonly number[] = [ExitCode.uncertain, ExitCode.failed, ExitCode.aborted];
  return order.find((code) => codes.includes(code)) ?? ExitCode.done;
}
