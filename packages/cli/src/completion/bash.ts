import { wordFunctions } from './shell-words.ts';
import type { CommandWords } from './words.ts';

/** For `source <(ferry completion bash)`. */
export function bashScript(words: readonly CommandWords[]): string {
  return `# bash completion of ferry, made by: ferry completion bash
${wordFunctions(words)}_ferry() {
  local at=ferry word valued= i current=\${COMP_WORDS[COMP_CWORD]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $valued ]]; then valued=; continue; fi
    if [[ " $(_ferry_valued "$at") " == *" $word "* ]]; then valued=yes; continue; fi
    if [[ " $(_ferry_commands "$at") " == *" $word "* ]]; then at="$at $word"; fi
  done
  if [[ -z $valued && $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_ferry_options "$at")" -- "$current")
  elif [[ -z $valued && -n $(_ferry_commands "$at") ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_ferry_commands "$at")" -- "$current")
  else
    mapfile -t COMPREPLY < <(ferry __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  fi
}
complete -o default -F _ferry ferry
`;
}
