import { type Choice, type MoveRequest, type Recovery, recover } from '@virt-ferry/engine';
import { onTestFinished } from 'vitest';
import type { CrashPoint } from '../../rounds/ferry/crash-point.ts';
import { FerryProcess } from '../../rounds/ferry/ferry-process.ts';
import { env, host, journalPath } from '../fixture.ts';

/** A move by a Ferry in a process of its own, which may wait at a crash point. It ends with the test. */
export function startFerry(request: MoveRequest, stopAt: CrashPoint | null = null): FerryProcess {
  const { leaseMs, answerMs } = env;
  const work = { do: 'migrate', request } as const;
  const ferry = new FerryProcess({ journalPath, leaseMs, answerMs, stopAt, passes: 0, work });
  onTestFinished(() => ferry.kill());
  return ferry;
}

/** Moves, and kills Ferry (`kill -9`) at that point; returns the operation. */
export async function killedAt(request: MoveRequest, point: CrashPoint): Promise<string> {
  const ferry = startFerry(request, point);
  await ferry.reached;
  await ferry.kill();
  return operationOf(ferry);
}

export function operationOf({ operationId }: FerryProcess): string {
  if (operationId === null) throw new Error('the move has not begun');
  return operationId;
}

export interface Recovered extends Recovery {
  /** The steps that it took, one after the other. */
  readonly steps: readonly string[];
}

/** Recovers an operation whose Ferry is gone. */
export async function recovered(
  operationId: string,
  { choice = null, patienceMs = 20_000 }: { choice?: Choice | null; patienceMs?: number } = {},
): Promise<Recovered> {
  const request = (await env.journal.operation(operationId))?.request;
  const hosts = request ? [host(request.source.name), host(request.destination.name)] : [];
  const recovering = recover(operationId, { patienceMs, choice, hosts }, env, new AbortController().signal);
  const steps: string[] = [];
  for (;;) {
    const step = await recovering.next();
    if (step.done) return { ...step.value, steps };
    if (step.value.type === 'step') steps.push(step.value.step);
  }
}
