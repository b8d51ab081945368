/** The shells that can be taught to complete. */
export const shells = ['bash', 'zsh', 'fish'] as const;

const scripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `_ferry() {
  local IFS=$'\\n'
  COMPREPLY=($(ferry __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _ferry ferry
`,
  zsh: `#compdef ferry
_ferry() {
  local -a candidates
  candidates=("\${(@f)$(ferry __complete -- "\${words[@]:1:CURRENT-1}" 2>/dev/null)}")
  compadd -a candidates
}
compdef _ferry ferry
`,
  fish: `function __ferry_complete
  set -l words (commandline -opc) (commandline -ct)
  ferry __complete -- $words[2..-1] 2>/dev/null
end
complete -c ferry -f -a '(__ferry_complete)'
`,
};

/** A script for the shell to source. It asks \`ferry __complete\`, so that it never goes stale. */
export function completionScript(shell: (typeof shells)[number]): string {
  return scripts[shell];
}
