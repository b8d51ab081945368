import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Choice, type MoveEvent, type MoveRequest, type Recovery, recover } from '@virt-ferry/engine';
import { killProcess, type RuleSpec, startProxy } from '@virt-ferry/lab/faults';
import { procedures } from '@virt-ferry/libvirt/testing';
import { onTestFinished } from 'vitest';
import { address, env, host, journalPath } from '../fixture.ts';

const PROCESS = fileURLToPath(new URL('./mortal-process.ts', import.meta.url));

/** A move by a Ferry in a process of its own. */
export interface Mortal {
  /** Resolves with the first event that fits. For ever pending if none does. */
  until(fits: (event: MoveEvent) => boolean): Promise<MoveEvent>;
  operationId(): Promise<string>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

export function startMortal(wanted: MoveRequest): Mortal {
  const child = fork(PROCESS, [journalPath, JSON.stringify(wanted)], { execArgv: [] });
  const exited = once(child, 'exit');
  const told: MoveEvent[] = [];
  const listeners = new Set<(event: MoveEvent) => void>();
  child.on('message', (event: MoveEvent) => {
    told.push(event);
    for (const listener of listeners) listener(event);
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (child.pid !== undefined) await killProcess(child.pid);
    await exited;
  };
  onTestFinished(kill);
  const until = (fits: (event: MoveEvent) => boolean) =>
    new Promise<MoveEvent>((resolve) => {
      const before = told.find(fits);
      if (before) resolve(before);
      else listeners.add((event) => fits(event) && resolve(event));
    });
  return {
    until,
    kill,
    async operationId() {
      const started = await until(({ type }) => type === 'started');
      return started.type === 'started' ? started.operationId : '';
    },
  };
}

/** A message between Ferry and one of the hosts. */
export interface Point {
  readonly side: 'source' | 'destination';
  readonly at: 'call' | 'reply';
  readonly procedure: keyof typeof procedures;
}

/** Moves, and kills Ferry (`kill -9`) just before that message arrives, which it never does; returns the operation. */
export async function killedAt(wanted: MoveRequest, { side, at, procedure }: Point): Promise<string> {
  const { name } = wanted[side];
  const target = { host: address(name), port: 16509 };
  const proxy = await startProxy({ listen: { host: '127.0.0.1' }, target });
  onTestFinished(() => proxy.close());
  const spec: RuleSpec = { at, procedure: procedures[procedure].number, act: 'hold' };
  const { hit } = proxy.rule(spec);
  const uri = `qemu+tcp://127.0.0.1:${proxy.port}/system`;
  const ref = { name, uri, migrationAddress: address(name), peerUri: host(name).uri };
  const ferry = startMortal({ ...wanted, [side]: ref });
  await hit;
  const id = await ferry.operationId();
  await ferry.kill();
  await proxy.close();
  return id;
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
