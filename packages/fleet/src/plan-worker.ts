import { parentPort, workerData } from 'node:worker_threads';
import { loadSolver } from './exact/solver.ts';
import { makePlan } from './make-plan.ts';
import type { PlanJob } from './plan-in-thread.ts';

const { spec, request, seed, budgetMs, iterations } = workerData as PlanJob;
const limits = {
  ...(budgetMs === undefined ? {} : { budgetMs }),
  ...(iterations === undefined ? {} : { iterations }),
};
// Of the goals one is solved exactly.
const solver = request.goal === 'consolidate' ? { solver: await loadSolver() } : {};
const effort = { seed, ...limits, ...solver, now: () => performance.now() };
parentPort?.postMessage(makePlan(spec, request, effort));
