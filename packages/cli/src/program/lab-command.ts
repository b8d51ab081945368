import { Command } from 'commander';
import type { LabOptions } from '../commands/lab.ts';
import type { GuestOptions } from '../commands/lab-guest.ts';
import type { Io } from '../io.ts';
import { examples } from './examples.ts';
import type { Finish } from './finish.ts';

const lab = () => import('../commands/lab.ts');
const guests = () => import('../commands/lab-guest.ts');

/** `ferry lab …`: real hosts on this one machine, to try things on. */
export function labCommand(io: Io, finish: Finish): Command {
  const command = new Command('lab')
    .enablePositionalOptions()
    .description('real hosts and guests on this one machine, to try things on (root)')
    .addHelpText(
      'after',
      examples([
        'ferry lab up',
        'ferry lab guest add web-3 --host alpha',
        'ferry lab exec controller ferry migrate web-3 --to beta',
        'ferry lab guest verify web-3',
        'ferry lab down',
      ]),
    );
  const add = verbsOf(command);
  add('up', 'makes the hosts and starts them', 'ferry lab up --topology lab/topologies/test.yaml')
    .option('--topology <file>', 'the hosts to make; two where not given')
    .action(async (options: LabOptions & { topology?: string }) =>
      finish(await (await lab()).up(options, io)),
    );
  add('status', 'what is there', 'ferry lab status --json').action(async (options: LabOptions) =>
    finish(await (await lab()).status(options, io)),
  );
  add('down', 'ends it and leaves nothing', 'ferry lab down').action(async (options: LabOptions) =>
    finish(await (await lab()).down(options, io)),
  );
  add('exec', 'runs a command inside a host, or in the controller', 'ferry lab exec alpha virsh list')
    .argument('<host>')
    .argument('<command...>')
    .passThroughOptions()
    .action(async (host: string, words: string[], options: LabOptions) =>
      finish(await (await lab()).exec(host, words, options)),
    );
  command.addCommand(guestCommand(io, finish));
  return command;
}

/** Adds verbs to a command of the lab, each with the options that all of them have. */
function verbsOf(command: Command) {
  return (name: string, description: string, example: string) =>
    command
      .command(name)
      .description(description)
      .option('--name <lab>', 'which lab', 'default')
      .option('--json', 'for programs')
      .addHelpText('after', examples([example]));
}

function guestCommand(io: Io, finish: Finish): Command {
  const command = new Command('guest').description('guests that load, verify and answer');
  const add = verbsOf(command);
  add(
    'add',
    'makes a guest, starts it, and waits until it answers',
    'ferry lab guest add db --host alpha --memory-rate 150MB/s --pattern full',
  )
    .argument('<guest>')
    .requiredOption('--host <host>', 'where it starts')
    .option('--memory <size>', 'its memory', '512MiB')
    .option('--load-memory <size>', 'how much of it is rewritten', '64MiB')
    .option('--memory-rate <rate>', 'how fast; max: as fast as it can, without a pause', '10MB/s')
    .option('--pattern <pattern>', 'sparse: 8 bytes of each page; full: all of it', 'sparse')
    .option('--access <access>', 'sweep; hot-cold: 90 % of writes to 10 % of the pages', 'sweep')
    .option('--disk <where>', 'shared, local, none, or the path of a file to make', 'shared')
    .option('--disk-format <format>', 'qcow2 or raw', 'qcow2')
    .option('--disk-rate <rate>', 'how fast the disk is rewritten', '2MB/s')
    .option('--machine <type>', 'QEMU machine type; one that fits the host where not given')
    .action(async (guest: string, options: GuestOptions) =>
      finish(await (await guests()).add(guest, options, io)),
    );
  add('list', 'the guests of the lab', 'ferry lab guest list').action(async (options: LabOptions) =>
    finish(await (await guests()).list(options, io)),
  );
  for (const question of ['status', 'verify', 'reset'] as const) {
    const what = {
      status: 'what it wrote and verified, and how it was stalled',
      verify: 'verifies every byte it wrote, in memory and on disk; fails on a single error',
      reset: 'forgets the stalls seen so far, and counts work from now on',
    };
    add(question, what[question], `ferry lab guest ${question} db`)
      .argument('<guest>')
      .action(async (guest: string, options: LabOptions) =>
        finish(await (await guests()).ask(guest, question, options, io)),
      );
  }
  add('remove', 'ends it wherever it is, and removes its disk', 'ferry lab guest remove db')
    .argument('<guest>')
    .action(async (guest: string, options: LabOptions) =>
      finish(await (await guests()).remove(guest, options, io)),
    );
  return command;
}
