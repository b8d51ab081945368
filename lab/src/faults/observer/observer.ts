import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { LabError } from '../../errors.ts';
import { findGuest } from '../../guest/registry.ts';
import { observerSocketInHost } from '../../guest/xml.ts';
import { hostNames } from '../../status.ts';
import { namespacePath } from '../../topology/names.ts';
import { type Now, nowSchema, type Observation, observationSchema, type Request } from './messages.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));
const ANSWER_MS = 10_000;

/**
 * Watches all QEMUs of a guest on all hosts of its lab, from a process of its own that asks nobody but QEMU and the
 * kernel: libvirt may be dead, and Ferry be wrong. There can be one observer of a guest at a time.
 */
export interface Observer {
  /** Who runs now, freshly asked. */
  now(): Promise<Now>;
  /** Ends it; to be called once. */
  stop(): Promise<Observation>;
}

/** Resolves when it has seen the present state. Throws a LabError if there is no such guest. */
export async function startObserver(lab: string, guestName: string): Promise<Observer> {
  const { name, uuid } = await findGuest(lab, guestName);
  const hosts = (await hostNames(lab)).map(async (host) => {
    const { ino } = await stat(namespacePath(lab, host));
    return { name: host, network: `net:[${ino}]` };
  });
  const target = {
    guest: { name, uuid },
    socketInHost: observerSocketInHost(name),
    hosts: await Promise.all(hosts),
  };
  const child = fork(PROCESS, [], {
    execArgv: [],
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // An observer must not keep a test alive that failed to stop it.
  child.unref();
  child.channel?.unref();
  const ask = asker(child, name);
  await ask({ ask: 'begin', target }, z.object({}));
  return {
    now: () => ask({ ask: 'now' }, nowSchema),
    async stop() {
      const observation = await ask({ ask: 'end' }, observationSchema);
      // Who waits for it must not end before.
      child.ref();
      child.disconnect();
      await once(child, 'exit');
      return observation;
    },
  };
}

/** Asks one thing after the other: answers have no names. */
function asker(child: ChildProcess, guest: string) {
  let before: Promise<unknown> = Promise.resolve();
  return <T>(request: Request, schema: z.ZodType<T>): Promise<T> => {
    const answer = before.then(async () => schema.parse(await exchange(child, request, guest)));
    before = answer.catch(() => undefined);
    return answer;
  };
}

async function exchange(child: ChildProcess, request: Request, guest: string): Promise<unknown> {
  const over = new AbortController();
  const heard = once(child, 'message', over).then(([message]) => message);
  const ended = once(child, 'exit', over).then(() => {
    throw new LabError('program', `the observer of ${guest} ended before it answered ${request.ask}`);
  });
  const late = setTimeout(ANSWER_MS, null, over).then(() => {
    throw new LabError('timeout', `the observer of ${guest} did not answer ${request.ask} in time`);
  });
  const answers = [heard, ended, late];
  // Those that are given up reject too, with nobody to hear it.
  for (const one of answers) one.catch(() => undefined);
  child.channel?.ref();
  if (child.connected) child.send(request);
  try {
    return await Promise.race(answers);
  } finally {
    over.abort();
    child.channel?.unref();
  }
}
