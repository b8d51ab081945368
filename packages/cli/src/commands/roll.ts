import type { HostRef } from '@virt-ferry/engine';
import { asksFirst, confirmed } from '../ask.ts';
import { knownHosts, resolveHost } from '../config/hosts.ts';
import { ExitCode, UsageError } from '../errors.ts';
import type { Ground } from '../fleet/ground.ts';
import { hostNamed, type RollRequest } from '../fleet/run-request.ts';
import { type Io, tell } from '../io.ts';
import { runOn } from '../open-runs.ts';
import { parseDurationMs } from '../units/duration.ts';
import { withEngine } from '../with-engine.ts';
import { carryOutRoll } from './carry-out.ts';
import { type LiveOptions, PATIENCE_MS, parseSeed, type Running, withGround } from './running.ts';
import { showPlan } from './show-plan.ts';

export interface RollOptions extends Omit<LiveOptions, 'inventory' | 'plan'> {
  readonly hosts?: readonly string[];
  readonly command?: string;
  readonly localCommand?: string;
  readonly batch: string;
  readonly wait: string;
}

/** `ferry roll --command …`: goes through hosts, each of which is emptied, worked on and filled again. */
export async function rollHosts(options: RollOptions, io: Io): Promise<number> {
  const known = await knownHosts(io.env);
  const given = options.hosts?.flatMap((text) => text.split(',')) ?? known.map(({ name }) => name);
  const rolled = await Promise.all([...new Set(given)].map((text) => resolveHost(text, io.env)));
  const hosts = [...known, ...rolled.filter((one) => !known.some(({ name }) => name === one.name))];
  const request = requestOf(rolled, options);
  if (hosts.length <= Math.min(request.batch, rolled.length))
    throw new UsageError(
      `there are ${hosts.length} hosts: with --batch ${request.batch} none is left to go to`,
    );
  const seed = parseSeed(options.seed);
  const windowMs = parseDurationMs(options.window, '--window');
  return withEngine(io, (engine, env) => {
    const running = { engine, env, io, options };
    const mute = rolled.find((ref) => request.where === 'host' && !engine.canRunCommand(ref));
    if (mute !== undefined)
      throw new UsageError(
        `there is no way to run a command on ${mute.name} (${mute.uri}): give it an ssh target in the hosts file, or use --local-command`,
      );
    return withGround({ hosts, seed, windowMs }, running, async (ground) => {
      if (options.dryRun) return showRoll(request, ground, running);
      const asked = { ...request, seed };
      const open = await runOn(hosts, asked, running);
      if (open !== null) {
        tell(io, `run ${open.id} was left open and wanted the same: it is carried on`);
        const { carryOn } = await import('./carry-on.ts');
        return carryOn(open, { ...running, hosts, patienceMs: PATIENCE_MS });
      }
      if (asksFirst(options, io) && !(await confirmed(question(request), io))) return ExitCode.blocked;
      const own = await engine.beginRun({ goal: 'roll', request: { ...asked }, hosts }, env);
      return carryOutRoll(request, own, ground, [], running);
    });
  });
}

function requestOf(
  rolled: readonly HostRef[],
  { command, localCommand, batch, wait }: RollOptions,
): RollRequest {
  if ((command === undefined) === (localCommand === undefined))
    throw new UsageError('say what is to be done on each host: --command WORDS, or --local-command WORDS');
  const words = command ?? localCommand ?? '';
  if (words.trim() === '' || words.includes('\0')) throw new UsageError('the command is empty, or no text');
  if (!/^[1-9]\d{0,3}$/.test(batch))
    throw new UsageError(`bad --batch ${batch}: expected a whole number above zero`);
  return {
    goal: 'roll',
    hosts: rolled.map(({ name }) => name),
    command: words,
    where: command === undefined ? 'here' : 'host',
    batch: Number(batch),
    waitMs: parseDurationMs(wait, '--wait'),
  };
}

function question({ hosts, command, where }: RollRequest): string {
  const place = where === 'host' ? 'on each' : 'here for each';
  return `Empty ${hosts.join(', ')} one after the other, run ${JSON.stringify(command)} ${place}, and fill them again?`;
}

/** What each batch would move away, on the hosts as they are now. */
async function showRoll(request: RollRequest, ground: Ground, { io, options }: Running): Promise<number> {
  const { planNow } = await import('../fleet/plan-now.ts');
  const codes: number[] = [];
  for (let first = 0; first < request.hosts.length; first += request.batch) {
    const names = request.hosts.slice(first, first + request.batch);
    const hosts = names.map((name) => hostNamed(ground.hosts, name).name);
    tell(io, `${names.join(', ')}: emptied so, then the command is run, and all of it is taken back`);
    const wanted = { kind: 'goal', request: { goal: 'evacuate', hosts } } as const;
    codes.push(showPlan(await planNow(wanted, ground), options, io));
  }
  return Math.max(...codes);
}
