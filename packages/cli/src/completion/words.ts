import type { Command } from 'commander';

/** What can be typed after a command, without asking anybody. */
export interface CommandWords {
  /** From the program on: `ferry hosts add`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionWords[];
}

export interface OptionWords {
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
}

/** Every command of the tree, itself first. */
export function commandWords(command: Command, path: string): CommandWords[] {
  const children = command.commands.filter((child) => !child.name().startsWith('__'));
  const options = command.options.flatMap(({ long, description, required }) =>
    typeof long === 'string' ? [{ long, description, takesValue: required }] : [],
  );
  return [
    {
      path,
      commands: children.map((child) => ({ name: child.name(), description: child.description() })),
      options: [...options, { long: '--help', description: 'what it does and takes', takesValue: false }],
    },
    ...children.flatMap((child) => commandWords(child, `${path} ${child.name()}`)),
  ];
}
