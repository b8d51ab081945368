import type { Command } from 'commander';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { commandWords } from './words.ts';
import { zshScript } from './zsh.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
/** The shells that can be taught to complete. */
export type Shell = keyof typeof scripts;

/**
 * A script for the shell to source. It holds all commands and options; for the names of VMs, hosts and operations it
 * asks `ferry __complete`.
 */
export function completionScript(shell: Shell, program: Command): string {
  return scripts[shell](commandWords(program, program.name()));
}
