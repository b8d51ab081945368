import type { Method } from '@virt-ferry/engine';
import { forecastLines } from '../display/forecast.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { parseDurationMs } from '../units/duration.ts';
import { parseMaxDowntimeMs } from '../units/max-downtime.ts';
import { parseRateBytesPerS } from '../units/rate.ts';
import { withEngine } from '../with-engine.ts';
import { leastShare, methodOf } from './move-options.ts';
import { type RouteOptions, resolveRoute } from './route.ts';

export interface ForecastOptions extends RouteOptions {
  readonly maxDowntime?: string;
  readonly bandwidth?: string;
  readonly deadline?: string;
  readonly maxSlowdown?: string;
  readonly explain?: boolean;
  readonly method: Method;
  readonly allowPostCopy?: boolean;
  readonly json?: boolean;
}

/** `ferry forecast VM --to HOST` */
export function run(domain: string, options: ForecastOptions, io: Io): Promise<number> {
  const { maxDowntime, bandwidth, deadline } = options;
  const wishes = {
    maxDowntimeMs: maxDowntime === undefined ? null : parseMaxDowntimeMs(maxDowntime),
    bandwidthBytesPerS: bandwidth === undefined ? null : parseRateBytesPerS(bandwidth, '--bandwidth'),
    deadlineMs: deadline === undefined ? null : parseDurationMs(deadline, '--deadline'),
    ...leastShare(options),
    ...methodOf(options),
    ...{ drive: 'direct' as const, copyStorage: 'auto' as const },
  };
  return withEngine(io, async (engine, env) => {
    const route = await resolveRoute(domain, options, io, engine, env);
    if (!options.json) tell(io, `looks at the memory of ${domain} for some seconds; it runs on`);
    const forecast = await engine.forecastMove({ ...route, ...wishes }, env);
    if (options.json) {
      const [source, destination] = [route.source.name, route.destination.name];
      printJson(io, { domain, source, destination, ...forecast });
    } else
      for (const line of forecastLines(forecast, { ...wishes, explain: options.explain }))
        printLine(io, line);
    return ExitCode.done;
  });
}
