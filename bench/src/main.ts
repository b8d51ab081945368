import { parseArgs } from 'node:util';

/** `script/bench rpc | move | commit | list | check | disks | ways | publish | forecast | policies | planner`: each prints what it drew and a table, or JSON. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    domains: { type: 'string' },
    seed: { type: 'string' },
    class: { type: 'string', multiple: true, default: [] },
    setting: { type: 'string', multiple: true, default: [] },
    results: { type: 'string' },
    traces: { type: 'string' },
    data: { type: 'string' },
    seconds: { type: 'string' },
    instance: { type: 'string', multiple: true, default: [] },
    size: { type: 'string', multiple: true, default: [] },
    plot: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const whole = (text: string | undefined, otherwise: number) => {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`bench: expected a whole number above zero, not ${text}`);
  process.exit(2);
};
const seed = whole(values.seed, 1 + Math.floor(Math.random() * 2 ** 31));

switch (positionals[0]) {
  case 'rpc': {
    const { benchRpc } = await import('./rpc/rpc.ts');
    const domains = whole(values.domains, 1000);
    await benchRpc({ domains, rounds: whole(values.rounds, 9), seed, json: values.json });
    break;
  }
  case 'move': {
    const { benchMove } = await import('./move/move.ts');
    await benchMove({ rounds: whole(values.rounds, 10), json: values.json });
    break;
  }
  case 'commit': {
    const { benchCommit } = await import('./commit/commit.ts');
    await benchCommit({ rounds: whole(values.rounds, 9), seed, json: values.json });
    break;
  }
  case 'list': {
    const { benchList } = await import('./move/list.ts');
    await benchList({ rounds: whole(values.rounds, 11), json: values.json });
    break;
  }
  case 'disks': {
    const { benchDisks } = await import('./disks/disks.ts');
    await benchDisks({ rounds: whole(values.rounds, 5), seed, json: values.json });
    break;
  }
  case 'publish': {
    if (values.results === undefined) {
      console.error('bench: publish needs --results FILE, which script/bench ways has written');
      process.exit(2);
    }
    const { publish } = await import('./ways/publish.ts');
    await publish(values.results);
    break;
  }
  case 'forecast': {
    const { benchForecast } = await import('./forecast/forecast.ts');
    await benchForecast({ moves: whole(values.rounds, 30), seed, traces: values.traces, json: values.json });
    break;
  }
  case 'policies': {
    const { benchPolicies } = await import('./policies/policies.ts');
    if (values.traces === undefined) {
      console.error('bench: policies needs --traces FILE, which script/bench forecast has written');
      process.exit(2);
    }
    await benchPolicies({ traces: values.traces, json: values.json });
    break;
  }
  case 'planner': {
    const { benchPlanner } = await import('./planner/planner.ts');
    const { data, instance: instances, size: sizes, json, plot } = values;
    const seconds = values.seconds === undefined ? undefined : whole(values.seconds, 300);
    benchPlanner({ what: positionals[1], ...{ data, seconds, instances, sizes, seed, json, plot } });
    break;
  }
  case 'ways': {
    const { benchWays } = await import('./ways/ways.ts');
    const { class: classes, setting: settings, results, json } = values;
    await benchWays({ rounds: whole(values.rounds, 5), seed, classes, settings, results, json });
    break;
  }
  case 'check': {
    const { benchCheck } = await import('./check/check.ts');
    const domains = whole(values.domains, 200);
    await benchCheck({ rounds: whole(values.rounds, 5), domains, json: values.json });
    break;
  }
  default:
    console.error(
      'bench: expected rpc, move, commit, list, check, disks, ways, publish, forecast, policies or planner; for example: script/bench rpc --rounds 9',
    );
    process.exit(2);
}
