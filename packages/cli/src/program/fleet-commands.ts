import { Command } from 'commander';
import type { EvacuateOptions } from '../commands/evacuate.ts';
import type { BalanceOptions, ConsolidateOptions } from '../commands/plan-fleet.ts';
import type { Io } from '../io.ts';
import { examples } from './examples.ts';
import type { Finish } from './finish.ts';

/** evacuate, balance, consolidate */
export function fleetCommands(io: Io, finish: Finish): Command[] {
  const commands = () => import('../commands/plan-fleet.ts');
  const evacuate = withPlanOptions(
    new Command('evacuate')
      .description('empties hosts: plans what goes where, and when, and what cannot leave; asks, and moves')
      .argument('<host...>', 'the hosts to empty')
      .option('--yes', 'go on without asking'),
    [
      'ferry evacuate alpha --dry-run',
      'ferry evacuate alpha',
      'ferry evacuate alpha beta --inventory fleet.yaml --dry-run --explain',
      'ferry evacuate alpha --inventory fleet.json --dry-run --json',
    ],
  ).action(async (hosts: string[], options: EvacuateOptions) =>
    finish(await (await commands()).evacuate(hosts, options, io)),
  );
  const balance = withPlanOptions(
    new Command('balance')
      .description('plans how CPU load and memory are evened out over the hosts')
      .option('--threshold <percent>', 'how far above the mean a host may be before anything moves', '10%')
      .option('--least-gain <percent>', 'how much of the unevenness must go, or nothing moves', '5%'),
    [
      'ferry balance --inventory fleet.yaml --dry-run',
      'ferry balance --inventory fleet.yaml --dry-run --threshold 20% --explain',
    ],
  ).action(async (options: BalanceOptions) => finish(await (await commands()).balance(options, io)));
  const consolidate = withPlanOptions(
    new Command('consolidate')
      .description('plans how as many hosts as possible are emptied')
      .option('--headroom <percent>', 'how much of each host stays free', '10%')
      .option('--survive-one', 'the hosts in use can take the domains of any one of them that fails'),
    [
      'ferry consolidate --inventory fleet.yaml --dry-run',
      'ferry consolidate --inventory fleet.yaml --dry-run --headroom 20% --survive-one --json',
    ],
  ).action(async (options: ConsolidateOptions) => finish(await (await commands()).consolidate(options, io)));
  return [evacuate, balance, consolidate];
}

function withPlanOptions(command: Command, lines: readonly string[]): Command {
  return command
    .option('--inventory <file>', 'the hosts and domains to plan for (docs/inventory.md); no host is asked')
    .option('--dry-run', 'make the plan and show it; nothing moves')
    .option('--explain', 'say why each domain moves, and what it waits for')
    .option('--seed <number>', 'the same seed finds the same plan', '1')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      `${examples(lines)}\nExit codes: 0 planned, 2 bad usage, 3 something finds no place\n`,
    );
}
