import { Command } from 'commander';
import type { Io } from './io.ts';
import { completionCommands } from './program/completion-commands.ts';
import { examples } from './program/examples.ts';
import type { Finish } from './program/finish.ts';
import { hostCommands } from './program/host-commands.ts';
import { labCommand } from './program/lab-command.ts';
import { moveCommands } from './program/move-commands.ts';
import { operationCommands } from './program/operation-commands.ts';

/**
 * The whole command tree: names, options and examples. What a command does is imported when it runs, so that `ferry
 * list` doesn't pay for the rest.
 */
export function ferryProgram(io: Io, version: string, finish: Finish): Command {
  const program = new Command('ferry')
    .description('Moves running virtual machines between KVM/libvirt hosts.')
    .version(version)
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .showHelpAfterError('(see: ferry --help)')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
      // One line that says what is wrong; the hint at the help is added above.
      outputError: (text, write) => write(text.replace(/^error: /, 'ferry: ')),
    })
    .addHelpText(
      'after',
      examples([
        'ferry hosts add beta qemu+ssh://root@10.0.0.2/system',
        'ferry check web-3 --to beta',
        'ferry migrate web-3 --to beta',
      ]),
    );
  const commands = [
    ...moveCommands(io, finish),
    ...hostCommands(io, finish),
    ...operationCommands(io, finish),
    labCommand(io, finish),
    ...completionCommands(io, finish, program),
  ];
  for (const command of commands)
    program.addCommand(inherit(command, program), { hidden: command.name().startsWith('__') });
  return program;
}

/** Settings are not inherited by commands that were made apart. */
function inherit(command: Command, from: Command): Command {
  command.copyInheritedSettings(from);
  for (const child of command.commands) inherit(child, from);
  return command;
}
