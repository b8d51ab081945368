import { Command, Option } from 'commander';
import type { CheckOptions } from '../commands/check.ts';
import type { ForecastOptions } from '../commands/forecast.ts';
import type { MigrateOptions } from '../commands/migrate.ts';
import type { TuneOptions } from '../commands/tune.ts';
import type { Io } from '../io.ts';
import { languages } from '../language/language.ts';
import { examples } from './examples.ts';
import type { Finish } from './finish.ts';

const TO = 'where it goes: a name of the hosts file or a libvirt URI';
const FROM = 'where it is; found by itself where not given';

const P2P =
  'the source drives the move and goes on without Ferry; it must be able to reach the destination by its URI';

const TLS =
  "memory and copied disks go encrypted; both hosts need QEMU's certificates, usually in /etc/pki/qemu";

function methodOption(): Option {
  const what = 'how memory is moved; post-copy always ends, but a link that breaks meanwhile stops the guest';
  return new Option('--method <method>', what).choices(['pre-copy', 'post-copy']).default('pre-copy');
}

const SLOWDOWN = 'how far a VM may be held back that writes faster than it is sent, for example 30%';
const ALLOW_POST_COPY =
  'begin post-copy where the VM writes faster than it is sent, instead of holding it back; a link that breaks meanwhile stops it';
const EXPLAIN = 'say what else was thought of, and why it was not chosen';

function copyStorageOption(): Option {
  const what =
    'the disks that are not shared: copied as it fits, none of them, each whole into one image, or only what is in them over the images that they build on';
  return new Option('--copy-storage <which>', what)
    .choices(['auto', 'none', 'all', 'incremental'])
    .default('auto');
}

const OFFLINE = 'it is shut off: moves its definition and its disks, as they are';

/** For an option that may be given more than once. */
function several(value: string, former: readonly string[] = []): string[] {
  return [...former, value];
}

/** What becomes of disks that are not shared, and what is called otherwise there. */
function withDiskOptions(command: Command): Command {
  return command
    .addOption(copyStorageOption())
    .option('--pool <pool>', 'the pool on the destination that disks are copied to')
    .option(
      '--map-path <old=new>',
      'a directory of disks that is called otherwise there; again for more',
      several,
    )
    .option('--map-network <old=new>', 'a libvirt network that is called otherwise there', several)
    .option('--map-bridge <old=new>', 'a bridge that is called otherwise there', several);
}

/** check, forecast, migrate, tune */
export function moveCommands(io: Io, finish: Finish): Command[] {
  return [
    checkCommand(io, finish),
    forecastCommand(io, finish),
    migrateCommand(io, finish),
    tuneCommand(io, finish),
  ];
}

function checkCommand(io: Io, finish: Finish): Command {
  return withDiskOptions(
    new Command('check')
      .description(
        'says whether VMs can be moved, what stands against it and what mends it; changes nothing unless told',
      )
      .argument('[vm]', 'name or UUID; all that run on a host where not given')
      .option('--to <host>', TO)
      .option('--from <host>', FROM)
      .option('--all', 'every VM that runs on any host')
      .option('--fix', 'mend what can be mended safely and undone, and say how to undo it')
      .option('--rehearse', 'begin the move for real, until the first bytes have gone, and take it back')
      .addOption(new Option('--lang <language>', 'as LANG says where not given').choices([...languages]))
      .addOption(methodOption())
      .option('--p2p', P2P)
      .option('--tls', TLS)
      .option('--offline', OFFLINE)
      .option('--json', 'for programs')
      .addHelpText(
        'after',
        examples([
          'ferry check web-3 --to beta',
          'ferry check web-3 --to qemu+ssh://root@10.0.0.2/system --json',
          'ferry check web-3 --to beta --fix --rehearse',
          'ferry check --from alpha              where can each of its VMs go?',
          'ferry check --all --to beta --lang zh',
        ]),
      )
      .action(async (vm: string | undefined, options: CheckOptions) => {
        finish(await (await import('../commands/check.ts')).run(vm, options, io));
      }),
  );
}

/** How memory is moved. */
function withSteeringOptions(command: Command): Command {
  return command
    .option('--max-downtime <time>', 'the longest pause to accept, for example 300ms')
    .option('--bandwidth <rate>', 'the most to use of the network, for example 500MiB/s or 2Gbit')
    .option(
      '--deadline <time>',
      'by when it is to have moved, for example 10m; a move that has not is aborted',
    )
    .option('--max-slowdown <percent>', SLOWDOWN)
    .addOption(methodOption())
    .option('--allow-post-copy', ALLOW_POST_COPY)
    .option(
      '--allow-compression',
      'compress memory where that is quicker; the pause may be longer where the hosts lack processors',
    )
    .option('--explain', EXPLAIN);
}

function forecastCommand(io: Io, finish: Finish): Command {
  const command = new Command('forecast')
    .description('says how long a move would take and how long the VM would pause; changes nothing')
    .argument('<vm>', 'name or UUID')
    .requiredOption('--to <host>', TO)
    .option('--from <host>', FROM);
  return withSteeringOptions(command)
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples([
        'ferry forecast web-3 --to beta',
        'ferry forecast db --to beta --max-downtime 100ms --json',
        'ferry forecast db --to beta --max-slowdown 30% --explain',
      ]),
    )
    .action(async (vm: string, options: ForecastOptions) => {
      finish(await (await import('../commands/forecast.ts')).run(vm, options, io));
    });
}

function migrateCommand(io: Io, finish: Finish): Command {
  const command = new Command('migrate')
    .description('moves a running VM to another host, or one that is shut off')
    .argument('<vm>', 'name or UUID')
    .requiredOption('--to <host>', TO)
    .option('--from <host>', FROM);
  return withDiskOptions(
    withSteeringOptions(command)
      .option('--disk-bandwidth <rate>', 'another limit for each disk that is copied')
      .option(
        '--synchronous-writes',
        'a guest that writes to a disk waits for its copy, so that copying always ends',
      )
      .option('--keep-source-definition', 'leave a shut-off definition on the source')
      .option('--transient', 'leave no definition on the destination once it stops')
      .option(
        '--probe <how>',
        'how to measure the blackout from outside: ping[:ADDRESS], tcp:[ADDRESS:]PORT or none',
        'ping',
      )
      .addOption(
        new Option('--source-disks <what>', 'what becomes of disks on the source that were copied')
          .choices(['keep', 'delete'])
          .default('keep'),
      )
      .option('--p2p', P2P)
      .option('--tls', TLS)
      .option('--offline', OFFLINE)
      .addOption(
        new Option('--commit <how>', 'who starts the guest over there: Ferry, or the last phase of libvirt')
          .choices(['strict', 'finish'])
          .default('strict'),
      )
      .option('--yes', 'go on in spite of warnings without asking')
      .option('--json', 'one event a line, the outcome last')
      .addHelpText(
        'after',
        `${examples([
          'ferry migrate web-3 --to beta',
          'ferry migrate vm11 --to qemu+ssh://root@9.13.7.124/system',
          'ferry migrate old-1 --to beta --offline          shut off, with its disks',
          'ferry migrate web-3 --to beta --pool fast --source-disks delete',
          'ferry migrate db --to beta --max-downtime 100ms --bandwidth 800Mbit --deadline 10m',
        ])}
Exit codes: 0 done, 2 bad usage, 3 blocked and nothing touched, 4 failed and safe on the source, 5 uncertain, 6 aborted\n`,
      )
      .action(async (vm: string, options: MigrateOptions) => {
        finish(await (await import('../commands/migrate.ts')).run(vm, options, io));
      }),
  );
}

function tuneCommand(io: Io, finish: Finish): Command {
  return new Command('tune')
    .description('sets, or shows, the maximum downtime and the bandwidth of a VM, before or during a move')
    .argument('<vm>', 'name or UUID')
    .option('--host <host>', FROM)
    .option('--max-downtime <time>', 'for example 500ms')
    .option('--bandwidth <rate>', 'for example 1000MiB/s')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples(['ferry tune web-3', 'ferry tune web-3 --max-downtime 500ms --bandwidth 1000MiB/s']),
    )
    .action(async (vm: string, options: TuneOptions) => {
      finish(await (await import('../commands/tune.ts')).run(vm, options, io));
    });
}
