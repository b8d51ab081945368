import type { Ended, Plan, PlannedMove } from '@virt-ferry/fleet';
import { asksFirst, confirmed } from '../ask.ts';
import { knownHosts, resolveHost } from '../config/hosts.ts';
import { planText } from '../display/plan.ts';
import { oneLine } from '../display/printable.ts';
import { ExitCode, UsageError } from '../errors.ts';
import type { Audience, Evacuated } from '../fleet/evacuation.ts';
import { type Io, printJsonLine, printLine, tell } from '../io.ts';
import { formatDuration } from '../units/duration.ts';
import { withEngine } from '../with-engine.ts';
import { type FleetOptions, parseSeed, showPlan } from './plan-fleet.ts';

export interface EvacuateOptions extends FleetOptions {
  readonly yes?: boolean;
}

const exitCodes: Readonly<Record<Evacuated['result'], number>> = {
  done: ExitCode.done,
  declined: ExitCode.blocked,
  blocked: ExitCode.blocked,
  failed: ExitCode.failed,
  uncertain: ExitCode.uncertain,
  aborted: ExitCode.aborted,
};

/** `ferry evacuate HOST…` on the hosts of the hosts file. */
export async function evacuateLive(
  names: readonly string[],
  options: EvacuateOptions,
  io: Io,
): Promise<number> {
  const seed = parseSeed(options.seed);
  const known = await knownHosts(io.env);
  const emptied = await Promise.all(names.map((name) => resolveHost(name, io.env)));
  const hosts = [...known, ...emptied.filter((one) => !known.some(({ name }) => name === one.name))];
  if (hosts.length === emptied.length)
    throw new UsageError('there is no other host to go to: add one, ferry hosts add NAME URI');
  const { evacuateHosts, planNow } = await import('../fleet/evacuation.ts');
  const [stop, abort] = [new AbortController(), new AbortController()];
  const offInterrupt = io.onInterrupt(() => {
    if (stop.signal.aborted) abort.abort();
    else tell(io, 'no more moves are begun, those that run are waited for; Ctrl-C again aborts them');
    stop.abort();
  });
  try {
    return await withEngine(io, async (engine, env) => {
      const evacuation = { hosts, emptied, engine, env, seed, stop: stop.signal, abort: abort.signal };
      if (options.dryRun) return showPlan(await planNow(evacuation), options, io);
      const evacuated = await evacuateHosts(evacuation, audience(options, io));
      report(evacuated, options, io);
      return exitCodes[evacuated.result];
    });
  } finally {
    offInterrupt();
  }
}

function audience(options: EvacuateOptions, io: Io): Audience {
  const { json, explain } = options;
  const beganMs = new Map<string, number>();
  const say = ({ domain, from, to }: PlannedMove, what: string) =>
    tell(io, oneLine(`${domain}: ${from} → ${to}: ${what}`));
  return {
    async planned(plan, round) {
      if (json) {
        printJsonLine(io, { type: 'plan', ...plan });
        return true;
      }
      tell(io, planText(plan, explain ?? false));
      return round > 1 || agreed(plan, options, io);
    },
    began(move) {
      beganMs.set(move.id, io.monotonicMs());
      if (json) printJsonLine(io, { type: 'move-began', id: move.id, domain: move.domain, to: move.to });
      else say(move, 'begins');
    },
    ended(move, { result, reason }: Ended) {
      const totalMs = io.monotonicMs() - (beganMs.get(move.id) ?? io.monotonicMs());
      const { id, domain, to } = move;
      if (json) printJsonLine(io, { type: 'move-ended', id, domain, to, result, reason, totalMs });
      else say(move, result === 'moved' ? `moved in ${formatDuration(totalMs)}` : `${result}: ${reason}`);
    },
  };
}

/** Where somebody is there to be asked, they are. */
async function agreed({ moves }: Plan, options: EvacuateOptions, io: Io): Promise<boolean> {
  if (moves.length === 0 || !asksFirst(options, io)) return true;
  return confirmed(`Carry out ${moves.length === 1 ? 'this move' : `these ${moves.length} moves`}?`, io);
}

function report({ result, moved, stays }: Evacuated, { json }: EvacuateOptions, io: Io): void {
  if (json) {
    printJsonLine(io, { type: 'outcome', result, moved, stays });
    return;
  }
  printLine(io, `${moved.length === 1 ? '1 domain has' : `${moved.length} domains have`} moved`);
  for (const { domain, reason } of stays) printLine(io, oneLine(`${domain} stays: ${reason}`));
}
