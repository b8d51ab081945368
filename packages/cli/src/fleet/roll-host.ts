import type { CommandEnd, HostRef } from '@virt-ferry/engine';
import type { Ground } from './ground.ts';
import type { RollRequest } from './run-request.ts';

/** A host that is looked at so often, twice in a row without trouble and without a restart between, is healthy. */
const LOOK_EVERY_MS = 3000;

type Reach = Pick<Ground, 'engine' | 'env'>;

/**
 * Runs the user's command on a host, or here for it. A connection that breaks meanwhile is no failure where the host
 * restarts then: that is what the command did.
 *
 * @returns why it can't go on; `null` where the command has done its work
 */
export async function commandOn(
  host: HostRef,
  { command, where, waitMs }: RollRequest,
  stop: AbortSignal,
  onLine: (line: string) => void,
  { engine, env, abort }: Reach & Pick<Ground, 'abort'>,
): Promise<string | null> {
  const { bootId } = await engine.readHealth(host, env);
  const run = where === 'host' ? engine.runCommand : engine.runCommandHere;
  const end = await run(host, command, { onLine, deadlineMs: waitMs, signal: abort }, env);
  if (end.kind !== 'lost' || where === 'here' || bootId === null) return failureOf(end);
  const restarted = await awaitHealth(host, { waitMs, otherThan: bootId, stop }, { engine, env });
  return restarted === null ? null : `the connection broke while the command ran (${end.why}); ${restarted}`;
}

function failureOf(end: CommandEnd): string | null {
  if (end.kind === 'ended') return end.exitCode === 0 ? null : `the command ended with ${end.exitCode}`;
  if (end.kind === 'lost') return `it is not known how the command ended: ${end.why}`;
  return `the command could not be begun: ${end.why}`;
}

/**
 * Waits until a host can take guests: libvirt answers, and its system is up and is to stay so.
 *
 * @returns what is wrong with it when the time is over; `null` once it is healthy
 */
export async function awaitHealth(
  host: HostRef,
  {
    waitMs,
    otherThan,
    stop,
  }: {
    readonly waitMs: number;
    /** The start of the machine that doesn't count; `null`: any does. */
    readonly otherThan: string | null;
    readonly stop: AbortSignal;
  },
  { engine, env }: Reach,
): Promise<string | null> {
  const untilMs = env.monotonicMs() + waitMs;
  let before: string | null | undefined;
  for (;;) {
    const { bootId, trouble } = await engine.readHealth(host, env);
    const wrong = trouble ?? (otherThan !== null && bootId === otherThan ? 'it has not restarted' : null);
    if (wrong === null && before === bootId) return null;
    before = wrong === null ? bootId : undefined;
    if (stop.aborted) return 'stopped while it was waited for';
    if (env.monotonicMs() > untilMs) return wrong ?? 'it keeps restarting';
    await env.delay(LOOK_EVERY_MS, stop).catch(() => undefined);
  }
}
