import { Argument, Command } from 'commander';
import type { Io } from '../io.ts';
import { examples } from './examples.ts';
import type { Finish } from './finish.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

/** completion, and the hidden command that the shell asks for names. */
export function completionCommands(io: Io, finish: Finish, program: Command): Command[] {
  const completion = new Command('completion')
    .description('prints what makes the shell complete commands, options, VMs and hosts')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText(
      'after',
      examples([
        'source <(ferry completion bash)',
        'ferry completion fish > ~/.config/fish/completions/ferry.fish',
      ]),
    )
    .action(async (shell: (typeof shells)[number]) => {
      const { completionScript } = await import('../completion/script.ts');
      io.out.write(completionScript(shell, program));
      finish(0);
    });
  const complete = new Command('__complete')
    .description('candidates for the last of the words given')
    .argument('[words...]')
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (words: string[]) => {
      const { complete: candidates } = await import('../completion/complete.ts');
      const lines = (await candidates(words, program, io)).map((word) => `${word}\n`);
      finish(0);
      await new Promise((written) => io.out.write(lines.join(''), written));
      // A host that has not answered yet would keep the process, and the prompt, waiting.
      io.leave(0);
    });
  return [completion, complete];
}
