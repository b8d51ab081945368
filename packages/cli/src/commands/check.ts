import { check, createEnv } from '@virt-ferry/engine';
import { journalPath } from '../config/paths.ts';
import { findingLines } from '../display/findings.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { type RouteOptions, resolveRoute } from './move-options.ts';

/** `ferry check VM --to HOST` */
export async function run(
  domain: string,
  options: RouteOptions & { readonly json?: boolean },
  io: Io,
): Promise<number> {
  const env = createEnv({ journalPath: journalPath(io.env) });
  try {
    const report = await check(await resolveRoute(domain, options, io.env, env), env);
    if (options.json) printJson(io, report);
    else for (const line of findingLines(report)) printLine(io, line);
    return report.verdict === 'blocked' ? ExitCode.blocked : ExitCode.done;
  } finally {
    await env.close();
  }
}
