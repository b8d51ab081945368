import type { MoveRequest, Outcome, RealEnv } from '@virt-ferry/engine';
import { asksFirst, confirmed } from '../ask.ts';
import { colorsFor } from '../display/colors.ts';
import { moveDisplay } from '../display/display.ts';
import { findingLines } from '../display/findings.ts';
import { strategyLines } from '../display/forecast.ts';
import type { Engine } from '../engine.ts';
import { ExitCode, exitCodeOfResult } from '../errors.ts';
import { type Io, tell } from '../io.ts';
import { languageOf, wordsIn } from '../language/language.ts';
import { withEngine } from '../with-engine.ts';
import { type MoveOptions, parseMoveOptions } from './move-options.ts';
import { resolveRoute } from './route.ts';

export interface MigrateOptions extends MoveOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `ferry migrate VM --to HOST` */
export async function run(domain: string, options: MigrateOptions, io: Io): Promise<number> {
  const wishes = parseMoveOptions(options);
  return withEngine(io, async (engine, env) => {
    const request = { ...(await resolveRoute(domain, options, io, engine, env)), ...wishes };
    if (asksFirst(options, io) && !(await userAgrees(request, engine, env, io))) {
      tell(io, `${domain} was not moved; nothing was touched`);
      return ExitCode.blocked;
    }
    const outcome = await moveAndShow(request, engine, env, options, io);
    return exitCodeOfResult(outcome.result);
  });
}

/** Where somebody is there to be asked, warnings are shown before anything begins. */
async function userAgrees(request: MoveRequest, engine: Engine, env: RealEnv, io: Io): Promise<boolean> {
  const report = await engine.check(request, env);
  if (report.verdict !== 'warnings') return true;
  const words = await wordsIn(languageOf(undefined, io.env));
  for (const line of findingLines(report, colorsFor(io.err, io.env), words)) tell(io, line);
  return confirmed(`Move ${report.domain.name} to ${report.destination} all the same?`, io);
}

async function moveAndShow(
  request: MoveRequest,
  engine: Engine,
  env: RealEnv,
  { json = false, explain = false }: MigrateOptions,
  io: Io,
): Promise<Outcome> {
  const display = await moveDisplay(io, json);
  const abort = new AbortController();
  let operationId = 'ID';
  const offInterrupt = io.onInterrupt(() => {
    if (abort.signal.aborted) {
      display.close();
      tell(io, `left as it is; see where it stands with: ferry status, ferry show ${operationId}`);
      io.leave(ExitCode.uncertain);
      return;
    }
    display.say('aborting, and waiting until the guest is safe; Ctrl-C again leaves at once');
    abort.abort();
  });
  try {
    const moving = engine.migrate(request, env, abort.signal);
    for (;;) {
      const step = await moving.next();
      if (step.done) {
        display.end(step.value);
        return step.value;
      }
      if (step.value.type === 'started') operationId = step.value.operationId;
      display.event(step.value);
      if (explain && step.value.type === 'forecast')
        for (const line of strategyLines(step.value.forecast.strategy, explain)) display.say(line);
    }
  } finally {
    display.close();
    offInterrupt();
  }
}
