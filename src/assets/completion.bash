# bash completion for envlink. Load it with: source <(envlink completion bash)
_envlink() {
  local program=${COMP_WORDS[0]/#\~/$HOME} current=${COMP_WORDS[COMP_CWORD]} word does
  COMPREPLY=()
  [[ $current == = ]] && current=
  while IFS=$'\t' read -r word does; do
    if [[ $word == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
    else
      printf -v word %q "$word"
      COMPREPLY+=("$word")
    fi
  done < <("$program" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _envlink envlink
