import { parentPort, workerData } from 'node:worker_threads';
import { makePlan } from './make-plan.ts';
import type { PlanJob } from './plan-in-thread.ts';

const { spec, request, seed, budgetMs, iterations } = workerData as PlanJob;
const limits = {
  ...(budgetMs === undefined ? {} : { budgetMs }),
  ...(iterations === undefined ? {} : { iterations }),
};
parentPort?.postMessage(makePlan(spec, request, { seed, ...limits, now: () => performance.now() }));
