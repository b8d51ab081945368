import { existsSync } from 'node:fs';
import type { Attendance, Operation, RealEnv } from '@virt-ferry/engine';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { journalPath } from './config/paths.ts';
import { oneLine } from './display/printable.ts';
import type { Engine } from './engine.ts';
import { type Io, tell } from './io.ts';

/** An operation that has not ended, and whether somebody runs it. */
export interface OpenOperation {
  readonly operation: Operation;
  readonly attendance: Attendance;
}

/** All of them, the oldest first. */
export async function openOperations(engine: Engine, env: RealEnv): Promise<OpenOperation[]> {
  const open = await env.journal.operations({ open: true });
  return Promise.all(
    open
      .toReversed()
      .map(async (operation) => ({ operation, attendance: await engine.attendanceOf(operation, env) })),
  );
}

/** For commands that only mention them. */
export async function mentionedOperations(engine: Engine, env: RealEnv, io: Io): Promise<OpenOperation[]> {
  return (await mentioned(() => openOperations(engine, env), io)) ?? [];
}

/** A journal that isn't there has nothing to mention; one that can't be read is told, and is no reason to fail. */
export async function mentioned<T>(read: () => Promise<T>, io: Io): Promise<T | null> {
  if (!existsSync(journalPath(io.env))) return null;
  try {
    return await read();
  } catch (error) {
    tell(io, `ferry: ${oneLine(messageOf(error))}`);
    return null;
  }
}

/** In a few words: who runs it, or how to bring it to its end. */
export function attendanceText({ operation, attendance }: OpenOperation): string {
  return attendance === 'running'
    ? `running, ${holderText(operation)}`
    : `left open → ferry recover ${operation.id}`;
}

/** A sentence about it: `operation k3m8x2pq moves web from alpha to beta, run by process 7 on ops`. */
export function openText({ operation, attendance }: OpenOperation): string {
  const { id, domain, source, destination } = operation;
  const what = `operation ${id}, ${domain.name} from ${source} to ${destination},`;
  return attendance === 'running'
    ? `${what} is being run by ${holderText(operation)}; follow it with: ferry watch ${id}`
    : `${what} was left open, and nobody runs it; bring it to its end with: ferry recover ${id}`;
}

export function holderText({ holding }: Pick<Operation, 'holding'>): string {
  return holding === null
    ? 'a process of an older Ferry'
    : `process ${holding.holder.pid} on ${holding.holder.machine}`;
}
