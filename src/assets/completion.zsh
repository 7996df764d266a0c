#compdef envlink
# zsh completion for envlink. Load it with: source <(envlink completion zsh)
_envlink() {
  local program=${words[1]/#\~/$HOME} word does
  local -a described
  while IFS=$'\t' read -r word does; do
    if [[ $word == :files ]]; then
      compset -P '--*='
      _files
    else
      described+=("${word//:/\\:}:$does")
    fi
  done < <("$program" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#described )) && _describe envlink described
}
if [[ $funcstack[1] == _envlink ]]; then
  _envlink "$@"
else
  compdef _envlink envlink
fi
