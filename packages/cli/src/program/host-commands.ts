import { Command } from 'commander';
import type { Io } from '../io.ts';
import { examples } from './examples.ts';
import type { Finish } from './finish.ts';

type JsonOption = { json?: boolean };
type AddOptions = JsonOption & { migrationAddress?: string; peerUri?: string; ssh?: string };

/** hosts, list */
export function hostCommands(io: Io, finish: Finish): Command[] {
  const commands = () => import('../commands/hosts.ts');
  const hosts = new Command('hosts')
    .description('the hosts that Ferry knows by name')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples([
        'ferry hosts',
        'ferry hosts add beta qemu+ssh://root@10.0.0.2/system',
        'ferry hosts show beta',
      ]),
    )
    .action(async (options: JsonOption) => finish(await (await commands()).list(options, io)));
  hosts
    .command('add')
    .description('gives a host a name')
    .argument('<name>')
    .argument('<uri>', 'libvirt URI')
    .option('--migration-address <address>', 'where other hosts send guests, if not to the host in the URI')
    .option('--peer-uri <uri>', 'how the libvirtd of other hosts reaches it, for --p2p, if not by its URI')
    .option('--ssh <target>', 'how Ferry may look at its own system, if its URI is not qemu+ssh')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples([
        'ferry hosts add beta qemu+tls://beta/system --ssh root@beta',
        'ferry hosts add beta qemu+ssh://root@10.0.0.2/system --migration-address 10.9.0.2',
        'ferry hosts add beta qemu+ssh://root@10.0.0.2/system --peer-uri qemu+tls://beta/system',
      ]),
    )
    .action(async (name: string, uri: string, options: AddOptions) =>
      finish(await (await commands()).add(name, uri, options, io)),
    );
  hosts
    .command('remove')
    .description('forgets a name; the host itself is not touched')
    .argument('<name>')
    .option('--json', 'for programs')
    .addHelpText('after', examples(['ferry hosts remove beta']))
    .action(async (name: string, options: JsonOption) =>
      finish(await (await commands()).remove(name, options, io)),
    );
  hosts
    .command('show')
    .description('asks a host what it is and has')
    .argument('<host>', 'a name or a libvirt URI')
    .option('--json', 'for programs')
    .addHelpText('after', examples(['ferry hosts show beta']))
    .action(async (name: string, options: JsonOption) =>
      finish(await (await commands()).show(name, options, io)),
    );
  return [hosts, listCommand(io, finish)];
}

function listCommand(io: Io, finish: Finish): Command {
  return new Command('list')
    .description('the VMs on all known hosts')
    .option('--host <host>', 'on this one only: a name or a libvirt URI')
    .option('--json', 'for programs')
    .addHelpText('after', examples(['ferry list', 'ferry list --host beta --json']))
    .action(async (options: JsonOption & { host?: string }) => {
      finish(await (await import('../commands/list.ts')).run(options, io));
    });
}
