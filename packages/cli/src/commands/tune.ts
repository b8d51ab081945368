import type { Tuning, TuningChange } from '@virt-ferry/engine';
import { knownHosts, resolveHost } from '../config/hosts.ts';
import { oneLine } from '../display/printable.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { mentionedOperations, openText } from '../open-operations.ts';
import { formatDuration } from '../units/duration.ts';
import { parseMaxDowntimeMs } from '../units/max-downtime.ts';
import { formatRate, parseRateBytesPerS } from '../units/rate.ts';
import { withEngine } from '../with-engine.ts';

export interface TuneOptions {
  readonly host?: string;
  readonly maxDowntime?: string;
  readonly bandwidth?: string;
  readonly json?: boolean;
}

/** `ferry tune VM`: sets what is given, before or during a move, and shows what is then set. */
export async function run(domain: string, options: TuneOptions, io: Io): Promise<number> {
  const { maxDowntime, bandwidth } = options;
  const change: TuningChange = {
    ...(maxDowntime === undefined ? {} : { maxDowntimeMs: parseMaxDowntimeMs(maxDowntime) }),
    ...(bandwidth === undefined ? {} : { bandwidthBytesPerS: parseRateBytesPerS(bandwidth, '--bandwidth') }),
  };
  return withEngine(io, async (engine, env) => {
    const host =
      options.host === undefined
        ? await engine.findDomain(domain, await knownHosts(io.env), env)
        : await resolveHost(options.host, io.env);
    const nothingToSet = Object.keys(change).length === 0;
    const tuning = nothingToSet
      ? await engine.readTuning(host, domain, env)
      : await engine.setTuning(host, domain, change, env);
    for (const open of await mentionedOperations(engine, env, io)) {
      const { name, uuid } = open.operation.domain;
      if (domain === name || domain === uuid) tell(io, `note: ${oneLine(openText(open))}`);
    }
    if (options.json) printJson(io, { domain, host: host.name, ...tuning });
    else for (const line of lines(tuning)) printLine(io, line);
    return ExitCode.done;
  });
}

function lines({ maxDowntimeMs, bandwidthBytesPerS }: Tuning): string[] {
  const bandwidth = bandwidthBytesPerS === null ? 'no limit' : formatRate(bandwidthBytesPerS);
  return [`maximum downtime  ${formatDuration(maxDowntimeMs)}`, `bandwidth         ${bandwidth}`];
}
