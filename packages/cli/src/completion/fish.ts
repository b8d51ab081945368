import type { CommandWords, OptionWords } from './words.ts';

/** For `~/.config/fish/completions/ferry.fish`. */
export function fishScript(words: readonly CommandWords[]): string {
  return `# fish completion of ferry, made by: ferry completion fish
function __ferry_names
  set -l words (commandline -opc) (commandline -ct)
  ferry __complete -- $words[2..-1] 2>/dev/null
end
complete -c ferry -f
${words.flatMap(lines).join('\n')}
`;
}

function lines({ path, commands, options }: CommandWords): string[] {
  const on = `complete -c ferry -n ${quoted(condition(path, commands))}`;
  const names = commands.length === 0 ? [`${on} -a '(__ferry_names)'`] : [];
  return [
    ...commands.map(({ name, description }) => `${on} -a ${name} -d ${quoted(description)}`),
    ...options.map((option) => `${on} ${optionWords(option)}`),
    ...names,
  ];
}

/** True when that command has been typed, and none of the commands below it. */
function condition(path: string, commands: CommandWords['commands']): string {
  const typed = path
    .split(' ')
    .slice(1)
    .map((word) => `__fish_seen_subcommand_from ${word}`);
  const further = commands.map(({ name }) => name).join(' ');
  const open = further === '' ? [] : [`not __fish_seen_subcommand_from ${further}`];
  return [...typed, ...open].join('; and ');
}

function optionWords({ long, description, takesValue }: OptionWords): string {
  const value = takesValue ? ` -x -a '(__ferry_names)'` : '';
  return `-l ${long.slice(2)}${value} -d ${quoted(description)}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
