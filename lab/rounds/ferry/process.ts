/**
 * A Ferry of the shipped code that can be stopped, or killed, at any write into its journal. It is a process of its own:
 * started by `ferry-process.ts`, and spoken with over Node's channel.
 */
import { createEnv, type MoveEvent, migrate, recover } from '@virt-ferry/engine';
import { messageOf } from '@virt-ferry/libvirt';
import { type CrashPoint, withCrashPoints } from './crash-point.ts';
import type { Order, Report, Task } from './messages.ts';

let goOn: () => void = () => undefined;
let clockMs = 0;

process.on('message', (order: Order) => {
  switch (order.order) {
    case 'begin':
      void work(order.task);
      return;
    case 'go-on':
      goOn();
      return;
    case 'jump':
      clockMs += order.byMs;
      return;
    default:
      order satisfies never;
  }
});
// The parent is gone.
process.on('disconnect', () => process.exit(1));

function say(report: Report): void {
  if (process.connected) process.send?.(report);
}

async function work({ journalPath, leaseMs, answerMs, stopAt, passes, work: todo }: Task): Promise<void> {
  let left = passes;
  const real = createEnv({ journalPath, leaseMs, answerMs });
  const reached = async (point: CrashPoint) => {
    if ((stopAt !== 'any' && point !== stopAt) || left-- !== 0) return;
    const told = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    say({ report: 'reached' });
    await told;
  };
  const env = { ...real, nowMs: () => Date.now() + clockMs, journal: withCrashPoints(real.journal, reached) };
  try {
    const signal = new AbortController().signal;
    if (todo.do === 'migrate') {
      say({ report: 'ended', outcome: await told(migrate(todo.request, env, signal)) });
    } else {
      const options = { patienceMs: 60_000, choice: null, hosts: [] };
      const { outcome } = await told(recover(todo.operationId, options, env, signal));
      say({ report: 'ended', outcome });
    }
  } catch (error) {
    say({ report: 'failed', message: messageOf(error) });
  } finally {
    await real.close();
    process.disconnect();
  }
}

async function told<T>(events: AsyncGenerator<MoveEvent, T>): Promise<T> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    if (value.type === 'started') say({ report: 'started', operationId: value.operationId });
    else if (value.type === 'step') say({ report: 'step', step: value.step, reason: value.reason });
  }
}
