import { colorsFor } from '../display/colors.ts';
import { findingLines } from '../display/findings.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { withEngine } from '../with-engine.ts';
import { type RouteOptions, resolveRoute } from './route.ts';

/** `ferry check VM --to HOST` */
export function run(
  domain: string,
  options: RouteOptions & { readonly json?: boolean },
  io: Io,
): Promise<number> {
  return withEngine(io, async (engine, env) => {
    const report = await engine.check(await resolveRoute(domain, options, io, engine, env), env);
    if (options.json) printJson(io, report);
    else for (const line of findingLines(report, colorsFor(io.out, io.env))) printLine(io, line);
    return report.verdict === 'blocked' ? ExitCode.blocked : ExitCode.done;
  });
}
