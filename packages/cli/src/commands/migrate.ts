import { check, createEnv, type MoveRequest, migrate, type Outcome, type RealEnv } from '@virt-ferry/engine';
import { journalPath } from '../config/paths.ts';
import { moveDisplay } from '../display/display.ts';
import { findingLines } from '../display/findings.ts';
import { ExitCode, exitCodeOfResult } from '../errors.ts';
import { type Io, tell } from '../io.ts';
import { type MoveOptions, parseMoveOptions, resolveRoute } from './move-options.ts';

export interface MigrateOptions extends MoveOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `ferry migrate VM --to HOST` */
export async function run(domain: string, options: MigrateOptions, io: Io): Promise<number> {
  const wishes = parseMoveOptions(options);
  const env = createEnv({ journalPath: journalPath(io.env) });
  try {
    const request = { ...(await resolveRoute(domain, options, io.env, env)), ...wishes };
    if (asksFirst(options, io) && !(await userAgrees(request, env, io))) return ExitCode.blocked;
    const outcome = await moveAndShow(request, env, options.json ?? false, io);
    return exitCodeOfResult(outcome.result);
  } finally {
    await env.close();
  }
}

function asksFirst(options: MigrateOptions, io: Io): boolean {
  return !options.yes && !options.json && io.input.isTTY === true && io.err.isTTY === true;
}

/** Where somebody is there to be asked, warnings are shown before anything begins. */
async function userAgrees(request: MoveRequest, env: RealEnv, io: Io): Promise<boolean> {
  const report = await check(request, env);
  if (report.verdict !== 'warnings') return true;
  for (const line of findingLines(report)) tell(io, line);
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({
    message: `Move ${report.domain.name} to ${report.destination} all the same?`,
    initialValue: false,
  });
  return !isCancel(answer) && answer;
}

async function moveAndShow(request: MoveRequest, env: RealEnv, json: boolean, io: Io): Promise<Outcome> {
  const display = await moveDisplay(io, json);
  const abort = new AbortController();
  let operationId = '';
  const onInterrupt = () => {
    if (abort.signal.aborted) {
      tell(io, `left as it is; see where it stands with: ferry show ${operationId || 'ID'}, ferry status`);
      process.exit(ExitCode.uncertain);
    }
    tell(io, 'aborting, and waiting until the guest is safe; Ctrl-C again leaves at once');
    abort.abort();
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  try {
    const moving = migrate(request, env, abort.signal);
    for (;;) {
      const step = await moving.next();
      if (step.done) {
        display.end(step.value);
        return step.value;
      }
      if (step.value.type === 'started') operationId = step.value.operationId;
      display.event(step.value);
    }
  } finally {
    display.close();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
}
