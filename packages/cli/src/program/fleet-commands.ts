import { Command } from 'commander';
import type { BalanceOptions, ConsolidateOptions } from '../commands/plan-fleet.ts';
import type { RollOptions } from '../commands/roll.ts';
import type { LiveOptions } from '../commands/running.ts';
import type { Io } from '../io.ts';
import { examples } from './examples.ts';
import type { Finish } from './finish.ts';

/** evacuate, restore, balance, consolidate, roll */
export function fleetCommands(io: Io, finish: Finish): Command[] {
  const commands = () => import('../commands/plan-fleet.ts');
  const evacuate = withLiveOptions(
    new Command('evacuate')
      .description('empties hosts: plans what goes where, and when, and what cannot leave; asks, and moves')
      .argument('[host...]', 'the hosts to empty'),
    [
      'ferry evacuate alpha --dry-run',
      'ferry evacuate alpha',
      'ferry evacuate alpha --dry-run --plan tonight.json',
      'ferry evacuate --plan tonight.json --yes',
      'ferry evacuate alpha beta --inventory fleet.yaml --dry-run --explain',
    ],
    { inventory: true },
  ).action(async (hosts: string[], options: LiveOptions) =>
    finish(await (await commands()).evacuate(hosts, options, io)),
  );
  const restore = withLiveOptions(
    new Command('restore')
      .description('takes back what the last evacuation took away, or another run, to where it came from')
      .argument('[run]', 'the run, as `ferry history` shows it; the last evacuation where it is left out'),
    ['ferry restore --dry-run', 'ferry restore', 'ferry restore k3m8x2pq --yes'],
    { inventory: false },
  ).action(async (run: string | undefined, options: LiveOptions) =>
    finish(await (await import('../commands/restore.ts')).restore(run, options, io)),
  );
  const balance = withLiveOptions(
    new Command('balance')
      .description('evens CPU load and memory out over the hosts: measures, plans, asks, and moves')
      .option('--threshold <percent>', 'how far above the mean a host may be before anything moves', '10%')
      .option('--least-gain <percent>', 'how much of the unevenness must go, or nothing moves', '5%'),
    [
      'ferry balance --dry-run --explain',
      'ferry balance --threshold 20% --window 30s',
      'ferry balance --inventory fleet.yaml --dry-run',
    ],
    { inventory: true },
  ).action(async (options: BalanceOptions) => finish(await (await commands()).balance(options, io)));
  const consolidate = withLiveOptions(
    new Command('consolidate')
      .description('empties as many hosts as possible: plans, asks, and moves')
      .option('--headroom <percent>', 'how much of each host stays free', '10%')
      .option('--survive-one', 'the hosts in use can take the domains of any one of them that fails'),
    [
      'ferry consolidate --dry-run',
      'ferry consolidate --headroom 20% --survive-one',
      'ferry consolidate --inventory fleet.yaml --dry-run --json',
    ],
    { inventory: true },
  ).action(async (options: ConsolidateOptions) => finish(await (await commands()).consolidate(options, io)));
  return [evacuate, restore, balance, consolidate, rollCommand(io, finish)];
}

function rollCommand(io: Io, finish: Finish): Command {
  return new Command('roll')
    .description(
      'goes through hosts: empties each, runs a command on it, waits until it is well, fills it again',
    )
    .option('--hosts <host...>', 'which, in this order; all of the hosts file where it is left out')
    .option('--command <words>', 'for a shell on the host, which is $FERRY_HOST')
    .option('--local-command <words>', 'for a shell here, with $FERRY_HOST and $FERRY_HOST_URI')
    .option('--batch <number>', 'so many hosts at once', '1')
    .option('--wait <time>', 'how long the command may take, and the host after it to come back', '30m')
    .option('--dry-run', 'show what would be moved away from each; nothing moves')
    .option('--explain', 'say why each domain moves, and what it waits for')
    .option('--window <time>', 'how long is measured what domains take and write to', '5s')
    .option('--yes', 'go on without asking')
    .option('--seed <number>', 'the same seed finds the same plans', '1')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      `${examples([
        'ferry roll --command "dnf -y upgrade && reboot"',
        'ferry roll --hosts alpha beta --command "apt-get -y full-upgrade && reboot" --wait 1h',
        'ferry roll --hosts alpha,beta --local-command \'ipmitool -H "$FERRY_HOST-bmc" power cycle\'',
        'ferry roll --batch 2 --command "systemctl restart libvirtd" --dry-run',
      ])}
It stops at the first host that cannot be emptied, whose command fails, or that does not come back, and stays open: go on
with ferry recover. A command of which it is not known whether it ended is run again then.
Exit codes: 0 done, 2 bad usage, 3 a host could not be emptied or filled, 4 it stopped at a host, 5 see: ferry recover,
6 stopped on request\n`,
    )
    .action(async (options: RollOptions) =>
      finish(await (await import('../commands/roll.ts')).rollHosts(options, io)),
    );
}

function withLiveOptions(
  command: Command,
  lines: readonly string[],
  { inventory }: { readonly inventory: boolean },
): Command {
  if (inventory)
    command.option(
      '--inventory <file>',
      'plan for the hosts and domains of a file (docs/inventory.md); no host is asked',
    );
  return command
    .option('--dry-run', 'make the plan and show it; nothing moves')
    .option('--plan <file>', 'with --dry-run: keep the plan there; else: carry that one out as it stands')
    .option('--explain', 'say why each domain moves, and what it waits for')
    .option('--window <time>', 'how long is measured what domains take and write to', '5s')
    .option('--yes', 'go on without asking')
    .option('--seed <number>', 'the same seed finds the same plan', '1')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      `${examples(lines)}
A Ferry that was killed is carried on by: ferry recover, or by the same command again.
Exit codes: 0 done or planned, 2 bad usage, or a plan that no longer fits, 3 something finds no place, 4 something did
not move and is safe where it was, 5 see: ferry recover, 6 stopped on request\n`,
    );
}
