import { wordFunctions } from './shell-words.ts';
import type { CommandWords } from './words.ts';

/** For a file `_ferry` in a directory of `$fpath`, or for `source <(ferry completion zsh)`. */
export function zshScript(words: readonly CommandWords[]): string {
  return `#compdef ferry
# zsh completion of ferry, made by: ferry completion zsh
${wordFunctions(words)}_ferry() {
  local at=ferry word valued='' i current=\${words[CURRENT]}
  local -a candidates
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    if [[ -n $valued ]]; then valued=''; continue; fi
    if [[ " $(_ferry_valued "$at") " == *" $word "* ]]; then valued=yes; continue; fi
    if [[ " $(_ferry_commands "$at") " == *" $word "* ]]; then at="$at $word"; fi
  done
  if [[ -z $valued && $current == -* ]]; then
    candidates=(\${=$(_ferry_options "$at")})
  elif [[ -z $valued && -n $(_ferry_commands "$at") ]]; then
    candidates=(\${=$(_ferry_commands "$at")})
  else
    candidates=(\${(f)"$(ferry __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  fi
  compadd -a candidates
}
if [[ $funcstack[1] == _ferry ]]; then _ferry "$@"; else compdef _ferry ferry; fi
`;
}
