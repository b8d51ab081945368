import { benchGaneti } from './ganeti/ganeti.ts';
import { benchRoadef } from './roadef/roadef.ts';
import { benchSynthetic } from './synthetic/synthetic.ts';

export interface PlannerOptions {
  readonly what: string | undefined;
  readonly data: string | undefined;
  readonly seconds: number | undefined;
  readonly instances: readonly string[];
  readonly sizes: readonly string[];
  readonly seed: number;
  readonly json: boolean;
  readonly plot: string | undefined;
}

/** `script/bench planner roadef | ganeti | synthetic` */
export function benchPlanner({
  what,
  data,
  seconds,
  instances,
  sizes,
  seed,
  json,
  plot,
}: PlannerOptions): void {
  switch (what) {
    case 'roadef':
      if (data === undefined)
        throw new Error('planner roadef needs --data DIR with model_*.txt and assignment_*.txt');
      benchRoadef({ data, seconds: seconds ?? 300, seed, instances, json });
      break;
    case 'ganeti':
      benchGaneti({ sizes, seconds: seconds ?? 120, seed, json });
      break;
    case 'synthetic':
      benchSynthetic({ sizes, seed, json, plot });
      break;
    default:
      throw new Error('planner: expected roadef, ganeti or synthetic');
  }
}
