import { Command, Option } from 'commander';
import type { RecoverCommandOptions } from '../commands/recovering.ts';
import type { Io } from '../io.ts';
import { examples } from './examples.ts';
import type { Finish } from './finish.ts';

type JsonOption = { json?: boolean };
const ID = 'as `ferry status` and `ferry history` show it';

/** status, watch, abort, recover, show, history */
export function operationCommands(io: Io, finish: Finish): Command[] {
  const commands = () => import('../commands/operations.ts');
  const status = new Command('status')
    .description('the moves that are under way')
    .option('--json', 'for programs')
    .addHelpText('after', examples(['ferry status']))
    .action(async (options: JsonOption) => finish(await (await commands()).status(options, io)));
  const watch = new Command('watch')
    .description('follows a move to its end; exits as the move does')
    .argument('<id>', ID)
    .option('--json', 'one event a line, the outcome last')
    .addHelpText('after', examples(['ferry watch k3m8x2pq']))
    .action(async (id: string, options: JsonOption) =>
      finish(await (await import('../commands/watch.ts')).run(id, options, io)),
    );
  const abort = new Command('abort')
    .description('asks a move to stop; the VM stays on the source')
    .argument('<id>', ID)
    .option('--json', 'for programs')
    .addHelpText('after', examples(['ferry abort k3m8x2pq']))
    .action(async (id: string, options: JsonOption) =>
      finish(await (await commands()).abort(id, options, io)),
    );
  const show = new Command('show')
    .description('the story of one move: what was intended, what happened')
    .argument('<id>', ID)
    .option('--json', 'for programs')
    .addHelpText('after', examples(['ferry show k3m8x2pq']))
    .action(async (id: string, options: JsonOption) =>
      finish(await (await import('../commands/show.ts')).run(id, options, io)),
    );
  const history = new Command('history')
    .description('the moves that have ended, newest first')
    .option('--limit <number>', 'at most so many', '20')
    .option('--accuracy', 'how far off the forecasts of these moves were')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples(['ferry history', 'ferry history --limit 100 --json', 'ferry history --accuracy --limit 200']),
    )
    .action(async ({ accuracy, ...options }: JsonOption & { limit: string; accuracy?: boolean }) =>
      finish(await (await commands())[accuracy ? 'accuracy' : 'history'](options, io)),
    );
  return [status, watch, abort, recoverCommand(io, finish), show, history];
}

function recoverCommand(io: Io, finish: Finish): Command {
  return new Command('recover')
    .description('brings moves to their end that were left open, as far as that is safe')
    .argument('[id]', `${ID}; without it, all that nobody runs`)
    .addOption(
      new Option('--choose <what>', 'decide where Ferry cannot know').choices([
        'source',
        'destination',
        'accept',
      ]),
    )
    .option('--dry-run', 'say what each host says and what would be done next; touch nothing')
    .option('--wait <time>', 'how long to go on trying where a host is away', '30s')
    .option('--yes', 'do what --choose says without asking')
    .option('--json', 'one event a line, the outcome last')
    .addHelpText(
      'after',
      `
Choices, for where it is not certain which host has the VM. Look at both hosts first:
  source       it stays where it was: a copy on the destination is destroyed, the source resumes its own
  destination  it has moved: the copy on the source is ended, the destination resumes its own if it stands still
  accept       leave both hosts as they are and close the operation
${examples([
  'ferry recover',
  'ferry recover --dry-run',
  'ferry recover k3m8x2pq --wait 5m',
  'ferry recover k3m8x2pq --choose destination',
])}
Ctrl-C leaves a move that still goes on as it is; abort it with: ferry abort ID.
Exits as the move did: 0 moved (or nothing to do), 4 safe on the source, 6 aborted; 5 still open, 2 bad usage\n`,
    )
    .action(async (id: string | undefined, options: RecoverCommandOptions) =>
      finish(await (await import('../commands/recover.ts')).run(id, options, io)),
    );
}
