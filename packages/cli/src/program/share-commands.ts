import { Command, Option } from 'commander';
import type { AdoptOptions, CreateOptions, RemoveOptions, StatusOptions } from '../commands/share.ts';
import type { Io } from '../io.ts';
import { languages } from '../language/language.ts';
import { examples } from './examples.ts';
import type { Finish } from './finish.ts';

const HOST = 'a name of the hosts file or a libvirt URI, with a shell as root';
const UNMADE = 'for a share that Ferry did not make';

function several(value: string, former: readonly string[] = []): string[] {
  return [...former, value];
}

function langOption(): Option {
  return new Option(
    '--lang <language>',
    'of what is said; otherwise as LC_ALL, LC_MESSAGES or LANG say',
  ).choices(languages);
}

function withMountOptions(command: Command): Command {
  return command
    .option('--mount <directory>', 'where the clients mount it, if not at the same path')
    .addOption(new Option('--nfs <version>', 'of the protocol').choices(['4.2', '3']).default('4.2'))
    .addOption(
      new Option('--mount-with <what>', 'a pool of libvirt, a unit of systemd, or a line in /etc/fstab')
        .choices(['pool', 'systemd', 'fstab'])
        .default('pool'),
    )
    .option('--address <address>', 'by which the clients reach the server, if not by the host in its URI');
}

/** share */
export function shareCommand(io: Io, finish: Finish): Command {
  const commands = () => import('../commands/share.ts');
  const share = new Command('share').description(
    'a directory of one host for others, by NFS: made, looked at, taken back',
  );
  withMountOptions(
    share
      .command('create')
      .description('shares a directory; said again it changes nothing')
      .requiredOption('--server <host>', `the host that has the directory: ${HOST}`)
      .requiredOption('--path <directory>', 'the directory there; made if missing')
      .requiredOption('--client <host>', 'a host that is to see it; again for more', several),
  )
    .addOption(
      new Option('--firewall <what>', "the server's: open it for the clients alone, or keep it as it is")
        .choices(['open', 'keep'])
        .default('open'),
    )
    .option('--dry-run', 'say what would be done; touch nothing')
    .addOption(langOption())
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples([
        'ferry share create --server alpha --path /data --client beta',
        'ferry share create --server alpha --path /srv/vms --client beta --client gamma --mount /vms --dry-run',
        'ferry share create --server alpha --path /data --client beta --mount-with systemd --nfs 3',
      ]),
    )
    .action(async (options: CreateOptions) => finish(await (await commands()).create(options, io)));
  withMountOptions(
    share
      .command('status')
      .description('how shares are, seen from each of their hosts, and what helps')
      .option('--server <host>', 'of this host only')
      .option('--path <directory>', 'this directory only')
      .option('--client <host>', `a host that mounts it, ${UNMADE}; again for more`, several),
  )
    .addOption(langOption())
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples([
        'ferry share status',
        'ferry share status --server alpha --path /data --json',
        'ferry share status --server nas --path /export --client alpha --client beta --mount /data',
      ]),
    )
    .action(async (options: StatusOptions) => finish(await (await commands()).status(options, io)));
  share
    .command('adopt')
    .argument('<vm>', 'name or UUID; it runs on')
    .description('copies the disks of a running VM onto a share, and has it use them there')
    .option('--host <host>', 'where it is; found by itself where not given')
    .option('--server <host>', 'the host that has the directory, where there are several shares')
    .option('--path <directory>', 'the directory there')
    .option('--dry-run', 'say what would be copied; touch nothing')
    .addOption(langOption())
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples(['ferry share adopt web-3 --dry-run', 'ferry share adopt web-3 --server alpha --path /data']),
    )
    .action(async (vm: string, options: AdoptOptions) =>
      finish(await (await commands()).adopt(vm, options, io)),
    );
  share
    .command('remove')
    .description('undoes what create did, and nothing else; refuses while a VM uses it')
    .requiredOption('--server <host>', 'the host that has the directory')
    .requiredOption('--path <directory>', 'the directory there')
    .option('--without <host>', 'a client that is gone for good; again for more', several)
    .option('--dry-run', 'say what would be undone; touch nothing')
    .addOption(langOption())
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples([
        'ferry share remove --server alpha --path /data',
        'ferry share remove --server alpha --path /data --without beta',
      ]),
    )
    .action(async (options: RemoveOptions) => finish(await (await commands()).remove(options, io)));
  return share;
}
