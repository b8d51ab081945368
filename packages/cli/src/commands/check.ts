import type { Method, MoveRequest } from '@virt-ferry/engine';
import { colorsFor } from '../display/colors.ts';
import { findingLines } from '../display/findings.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { withEngine } from '../with-engine.ts';
import { type RouteOptions, resolveRoute } from './route.ts';

export interface CheckOptions extends RouteOptions {
  readonly method: Method;
  readonly copyStorage: MoveRequest['copyStorage'];
  readonly p2p?: boolean;
  readonly json?: boolean;
}

/** `ferry check VM --to HOST` */
export function run(domain: string, options: CheckOptions, io: Io): Promise<number> {
  return withEngine(io, async (engine, env) => {
    const { method, copyStorage } = options;
    const route = await resolveRoute(domain, options, io, engine, env);
    const drive = options.p2p ? 'p2p' : 'direct';
    const report = await engine.check({ ...route, drive, method, copyStorage }, env);
    if (options.json) printJson(io, report);
    else for (const line of findingLines(report, colorsFor(io.out, io.env))) printLine(io, line);
    return report.verdict === 'blocked' ? ExitCode.blocked : ExitCode.done;
  });
}
