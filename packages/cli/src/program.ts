import { messageOf } from '@virt-ferry/libvirt/errors';
import { Command } from 'commander';
import { oneLine } from './display/printable.ts';
import { ExitCode, exitCodeOf } from './errors.ts';
import { type Io, tell } from './io.ts';
import { completionCommands } from './program/completion-commands.ts';
import { examples } from './program/examples.ts';
import type { Finish } from './program/finish.ts';
import { fleetCommands } from './program/fleet-commands.ts';
import { hostCommands } from './program/host-commands.ts';
import { labCommand } from './program/lab-command.ts';
import { moveCommands } from './program/move-commands.ts';
import { operationCommands } from './program/operation-commands.ts';
import { shareCommand } from './program/share-commands.ts';

/** Runs one command line, tells what went wrong in one line, and returns the exit code. Never throws. */
export async function runFerry(words: readonly string[], io: Io, version: string): Promise<number> {
  let exitCode: number = ExitCode.done;
  try {
    const program = ferryProgram(io, version, (code) => {
      exitCode = code;
    });
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    const said = error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
    // Commander has told the user already, and help is no error.
    if (said) return 'exitCode' in error && error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    tell(io, `ferry: ${oneLine(messageOf(error))}`);
    const { explanationLines } = await import('./display/explanation.ts');
    const { languageOf, wordsIn } = await import('./language/language.ts');
    const inWords = await wordsIn(languageOf(undefined, io.env));
    for (const line of explanationLines(messageOf(error), inWords)) tell(io, line);
    return exitCodeOf(error);
  }
}

/**
 * The whole command tree: names, options and examples. What a command does is imported when it runs, so that `ferry
 * list` doesn't pay for the rest.
 */
export function ferryProgram(io: Io, version: string, finish: Finish): Command {
  const program = new Command('ferry')
    .description('Moves running virtual machines between KVM/libvirt hosts.')
    .version(version)
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .enablePositionalOptions()
    .exitOverride()
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
    shareCommand(io, finish),
    ...fleetCommands(io, finish),
    labCommand(io, finish),
    ...completionCommands(io, finish, program),
  ];
  for (const command of commands) program.addCommand(command, { hidden: command.name().startsWith('__') });
  settle(program, io, 'ferry');
  return program;
}

/** Settings are not inherited by commands that were made apart; and each command names its own help. */
function settle(command: Command, io: Io, path: string): void {
  command.configureOutput({
    writeOut: (text) => io.out.write(text),
    writeErr: (text) => io.err.write(text),
    getOutHelpWidth: () => columnsOf(io.out),
    getErrHelpWidth: () => columnsOf(io.err),
    outputError: (text, write) =>
      write(`ferry: ${oneLine(text.replace(/^error: /, '')).replace(/\.$/, '')}; see: ${path} --help\n`),
  });
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    settle(child, io, `${path} ${child.name()}`);
  }
}

function columnsOf(stream: Io['out']): number {
  return 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : 80;
}
