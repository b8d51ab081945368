import { Command } from 'commander';
import type { Io } from '../io.ts';
import { examples } from './examples.ts';
import type { Finish } from './finish.ts';

type JsonOption = { json?: boolean };
const ID = 'as `ferry status` and `ferry history` show it';

/** status, watch, abort, show, history */
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
      finish(await (await commands()).show(id, options, io)),
    );
  const history = new Command('history')
    .description('the moves that have ended, newest first')
    .option('--limit <number>', 'at most so many', '20')
    .option('--json', 'for programs')
    .addHelpText('after', examples(['ferry history', 'ferry history --limit 100 --json']))
    .action(async (options: JsonOption & { limit: string }) =>
      finish(await (await commands()).history(options, io)),
    );
  return [status, watch, abort, show, history];
}
