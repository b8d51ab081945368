/**
 * Goes through hosts, some at a time:
 *
 *   empty ──► command ──► healthy ──► refilled ──► the next
 *     └──────────┴───────────┴───────────┴── anything else ──► stops there; the hosts after it are not touched
 *
 * The command runs only on a host that nothing runs on. Each step is in the journal before it begins and once it is done,
 * so a roll goes on where it stopped. A command of which it isn't known whether it ended is run again.
 */
import type { HostRef, OwnRun, RollStep } from '@virt-ferry/engine';
import { type Audience, type CarriedOut, carryOut } from './carry-out.ts';
import type { Ground } from './ground.ts';
import { awaitHealth, commandOn } from './roll-host.ts';
import { hostNamed, type RollRequest } from './run-request.ts';
import { stepDone, storyOfRun } from './run-story.ts';

/** Who watches a roll. */
export interface RollAudience extends Audience {
  /** A step begins, or is done. */
  step(host: string, what: string): void;
  /** A line that the command printed. */
  printed(host: string, line: string): void;
}

/** How long to wait before hosts are planned for again that can't take everything back yet. */
const AGAIN_MS = 5000;

/** Carries a roll out from where its story has come to. Whatever isn't `done` has stopped, with the reason. */
export async function roll(
  request: RollRequest,
  own: OwnRun,
  ground: Ground,
  audience: RollAudience,
): Promise<CarriedOut> {
  const stop = AbortSignal.any([ground.stop, own.stopped]);
  const moved: string[] = [];
  for (let first = 0; first < request.hosts.length; first += request.batch) {
    const names = request.hosts.slice(first, first + request.batch);
    const story = await storyOfRun(own, ground.env);
    const left = names.filter((name) => !stepDone(story, name, 'refilled'));
    if (left.length === 0) continue;
    const hosts = left.map((name) => hostNamed(ground.hosts, name));
    const bare = hosts.filter(({ name }) => !stepDone(story, name, 'command'));
    for (const part of [() => empty(bare), () => work(bare), () => recovered(hosts), () => refill(hosts)]) {
      if (stop.aborted) return stopped('aborted', `stopped before ${left.join(', ')} had been rolled`);
      const end = await part();
      if (end !== null) return end;
    }
  }
  return { result: 'done', moved, stays: [] };

  /** Also what was emptied before Ferry was killed: something may have come since. */
  async function empty(hosts: readonly HostRef[]): Promise<CarriedOut | null> {
    if (hosts.length === 0) return null;
    const names = hosts.map(({ name }) => name);
    await told('step-began', names, 'empty');
    const done = await carry({ goal: 'evacuate', hosts: names });
    if (done.result !== 'done') return { ...done, moved, reason: `${names.join(', ')} could not be emptied` };
    await told('step-done', names, 'empty');
    return null;
  }

  async function work(hosts: readonly HostRef[]): Promise<CarriedOut | null> {
    const names = hosts.map(({ name }) => name);
    await told('step-began', names, 'command');
    const printed = (host: string) => (line: string) => audience.printed(host, line);
    const troubles = await Promise.all(
      hosts.map((host) => commandOn(host, request, stop, printed(host.name), ground)),
    );
    const done = names.filter((_, index) => troubles[index] === null);
    await told('step-done', done, 'command');
    return stoppedBy(names, troubles);
  }

  /** Also those whose command had run before Ferry was killed. */
  async function recovered(hosts: readonly HostRef[]): Promise<CarriedOut | null> {
    const names = hosts.map(({ name }) => name);
    await told('step-began', names, 'healthy');
    const wait = { waitMs: request.waitMs, otherThan: null, stop };
    const troubles = await Promise.all(hosts.map((host) => awaitHealth(host, wait, ground)));
    const end = stoppedBy(names, troubles);
    if (end === null) await told('step-done', names, 'healthy');
    return end;
  }

  /** At the first of these hosts that has trouble, if any has. */
  function stoppedBy(names: readonly string[], troubles: readonly (string | null)[]): CarriedOut | null {
    const all = names.flatMap((name, index) => {
      const trouble = troubles[index];
      return typeof trouble === 'string' ? [`${name}: ${trouble}`] : [];
    });
    return all.length > 0 ? stopped(stop.aborted ? 'aborted' : 'failed', all.join('; ')) : null;
  }

  async function refill(hosts: readonly HostRef[]): Promise<CarriedOut | null> {
    const names = hosts.map(({ name }) => name);
    const { homes } = await storyOfRun(own, ground.env);
    const former = [...homes].flatMap(([domain, host]) => (names.includes(host) ? [{ domain, host }] : []));
    await told('step-began', names, 'refilled');
    const untilMs = ground.env.monotonicMs() + request.waitMs;
    for (;;) {
      const done = await carry({ goal: 'restore', former });
      if (done.result === 'done') break;
      // Pools and networks of a host come up after its libvirtd has.
      if (done.result !== 'blocked' || ground.env.monotonicMs() > untilMs || stop.aborted)
        return { ...done, moved, reason: `not everything could be taken back to ${names.join(', ')}` };
      await ground.env.delay(AGAIN_MS, stop).catch(() => undefined);
    }
    await told('step-done', names, 'refilled');
    return null;
  }

  async function carry(wanted: Parameters<typeof carryOut>[0]['request']): Promise<CarriedOut> {
    const done = await carryOut(
      { kind: 'goal', request: wanted },
      ground,
      { begin: async () => own },
      audience,
    );
    moved.push(...done.moved);
    return done;
  }

  async function told(
    kind: 'step-began' | 'step-done',
    hosts: readonly string[],
    step: RollStep,
  ): Promise<void> {
    for (const host of hosts) {
      await own.append({ kind, host, step });
      audience.step(host, `${step} ${kind === 'step-began' ? 'begins' : 'done'}`);
    }
  }

  function stopped(result: 'failed' | 'aborted', reason: string): CarriedOut {
    return { result, reason, moved, stays: [] };
  }
}
