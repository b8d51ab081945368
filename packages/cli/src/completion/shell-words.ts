import type { CommandWords } from './words.ts';

/** Functions for bash and zsh that print the words after a command: its commands, options, and options with a value. */
export function wordFunctions(words: readonly CommandWords[]): string {
  const list = (name: string, of: (one: CommandWords) => readonly string[]) => {
    const cases = words
      .filter((one) => of(one).length > 0)
      .map((one) => `  '${one.path}') echo '${of(one).join(' ')}' ;;`);
    return `${name}() {\n  case "$1" in\n${cases.join('\n')}\n  esac\n}\n`;
  };
  return [
    list('_ferry_commands', ({ commands }) => commands.map(({ name }) => name)),
    list('_ferry_options', ({ options }) => options.map(({ long }) => long)),
    list('_ferry_valued', ({ options }) =>
      options.filter(({ takesValue }) => takesValue).map(({ long }) => long),
    ),
  ].join('');
}
