import { Worker } from 'node:worker_threads';
import { FleetError } from './errors.ts';
import type { PlanRequest } from './make-plan.ts';
import type { FleetSpec } from './model/spec.ts';
import type { Effort } from './place/result.ts';
import type { Plan } from './plan.ts';

/** What the thread is given. */
export interface PlanJob extends Omit<Effort, 'now'> {
  readonly spec: FleetSpec;
  readonly request: PlanRequest;
}

/** The same as `makePlan` in a thread of its own, so that the event loop goes on answering. Ends with the signal. */
export function planInThread(job: PlanJob, signal: AbortSignal): Promise<Plan> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script(), { workerData: job });
    const abort = () => {
      void worker.terminate();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    worker.once('message', resolve);
    // What is thrown over there comes without its class.
    worker.once('error', (error: Error & { code?: unknown }) =>
      reject(error.code === 'unknown' ? new FleetError('unknown', error.message) : error),
    );
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', abort);
      reject(new FleetError('plan', `the planning thread ended with ${code}`));
    });
  });
}

/** The script beside this one: it has the same name in source (.ts) and in the bundle (.js). */
function script(): URL {
  return new URL(`./plan-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}
