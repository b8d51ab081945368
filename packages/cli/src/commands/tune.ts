import { createEnv, findDomain, setTuning, type Tuning, type TuningChange } from '@virt-ferry/engine';
import { knownHosts, resolveHost } from '../config/hosts.ts';
import { journalPath } from '../config/paths.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { formatDuration, parseDurationMs } from '../units/duration.ts';
import { formatRate, parseRateBytesPerS } from '../units/rate.ts';

export interface TuneOptions {
  readonly host?: string;
  readonly maxDowntime?: string;
  readonly bandwidth?: string;
  readonly json?: boolean;
}

/** `ferry tune VM`: sets what is given, before or during a move, and shows what is then set. */
export async function run(domain: string, options: TuneOptions, io: Io): Promise<number> {
  const change: TuningChange = {
    ...(options.maxDowntime === undefined
      ? {}
      : { maxDowntimeMs: parseDurationMs(options.maxDowntime, '--max-downtime') }),
    ...(options.bandwidth === undefined
      ? {}
      : { bandwidthBytesPerS: parseRateBytesPerS(options.bandwidth, '--bandwidth') }),
  };
  const env = createEnv({ journalPath: journalPath(io.env) });
  const host =
    options.host === undefined
      ? await findDomain(domain, await knownHosts(io.env), env)
      : await resolveHost(options.host, io.env);
  const tuning = await setTuning(host, domain, change, env);
  if (options.json) printJson(io, { domain, host: host.name, ...tuning });
  else for (const line of lines(tuning)) printLine(io, line);
  return ExitCode.done;
}

function lines({ maxDowntimeMs, bandwidthBytesPerS }: Tuning): string[] {
  const bandwidth = bandwidthBytesPerS === null ? 'no limit' : formatRate(bandwidthBytesPerS);
  return [`maximum downtime  ${formatDuration(maxDowntimeMs)}`, `bandwidth         ${bandwidth}`];
}
