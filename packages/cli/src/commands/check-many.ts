import type { CheckReport, HostRef } from '@virt-ferry/engine';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { knownHosts, resolveHost } from '../config/hosts.ts';
import { oneLine } from '../display/printable.ts';
import { table } from '../display/table.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { languageOf, wordsIn } from '../language/language.ts';
import type { Words } from '../language/words.ts';
import { withEngine } from '../with-engine.ts';
import type { CheckOptions } from './check.ts';
import { parseChanges } from './move-options.ts';

/**
 * `ferry check --from HOST [--to HOST]` and `ferry check --all --to HOST`: every VM that runs there, to each host it may
 * go to. Exits as a check of one would that finds the gravest.
 */
export async function runMany(options: CheckOptions, io: Io): Promise<number> {
  const { from, to, all, fix, rehearse, method, copyStorage, tls, json } = options;
  if (from === undefined && !all)
    throw new UsageError('say which VM, or all of a host: --from HOST, or --all');
  if (fix || rehearse) throw new UsageError('--fix and --rehearse are for one VM at a time: name it');
  const words = await wordsIn(languageOf(options.lang, io.env));
  const routes = await routesFor(from, to, io);
  const drive = options.p2p ? 'p2p' : 'direct';
  const wishes = { drive, method, copyStorage, tls, changes: parseChanges(options) } as const;
  return withEngine(io, async (engine, env) => {
    const reports: CheckReport[] = [];
    let unreached = false;
    for (const { source, destination } of routes) {
      try {
        for await (const report of engine.checkHost(source, destination, wishes, env)) reports.push(report);
      } catch (error) {
        if (routes.length === 1) throw error;
        unreached = true;
        tell(io, `ferry: ${source.name} to ${destination.name}: ${oneLine(messageOf(error))}`);
      }
    }
    if (json) printJson(io, reports);
    else if (reports.length > 0) printLine(io, reportTable(reports, words));
    else if (!unreached) tell(io, 'no running domains');
    const blocked = reports.some(({ verdict }) => verdict === 'blocked');
    return blocked || unreached ? ExitCode.blocked : ExitCode.done;
  });
}

interface Route {
  readonly source: HostRef;
  readonly destination: HostRef;
}

/** From one host or all, to one host or all others. */
async function routesFor(from: string | undefined, to: string | undefined, io: Io): Promise<Route[]> {
  const known = await knownHosts(io.env);
  const sources = from === undefined ? known : [await resolveHost(from, io.env)];
  const destinations = to === undefined ? known : [await resolveHost(to, io.env)];
  const routes = sources.flatMap((source) =>
    destinations.filter(({ uri }) => uri !== source.uri).map((destination) => ({ source, destination })),
  );
  if (routes.length > 0) return routes;
  throw new UsageError(
    'there is no other host to go to: name one with --to, or add it: ferry hosts add NAME URI',
  );
}

function reportTable(reports: readonly CheckReport[], words: Words): string {
  const { domain, from, to, verdict, first } = words.columns;
  return table(
    [domain, from, to, verdict, first],
    reports.map((report) => {
      const [gravest] = report.findings;
      const matters = gravest && (gravest.severity === 'blocker' || gravest.severity === 'warning');
      return [
        report.domain.name,
        report.source,
        report.destination,
        words.verdicts[report.verdict],
        matters ? words.message(gravest) : '',
      ];
    }),
  );
}
