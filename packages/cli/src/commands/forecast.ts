import { forecastLines } from '../display/forecast.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { withEngine } from '../with-engine.ts';
import { type RouteOptions, resolveRoute } from './route.ts';
import { parseSteering, type SteeringOptions } from './steering-options.ts';

export interface ForecastOptions extends RouteOptions, SteeringOptions {
  readonly json?: boolean;
}

/** `ferry forecast VM --to HOST` */
export function run(domain: string, options: ForecastOptions, io: Io): Promise<number> {
  const wishes = {
    ...parseSteering(options),
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
