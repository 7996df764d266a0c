#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/complete.h"
#include "cli/environment.h"
#include "cli/output.h"
#include "config/file.h"

namespace envlink::cli {

namespace {

// Each asks the program itself, so that a script never knows less than the program that it completes.

constexpr std::string_view bash =
    R"(# bash completion for envlink. Load it with: source <(envlink completion bash)
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
)";

constexpr std::string_view zsh = R"(#compdef envlink
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
)";

constexpr std::string_view fish =
    R"(# fish completion for envlink. Load it with: envlink completion fish | source
function __envlink_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -e words[1]
    for line in ($program __complete $words "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path (string unescape -- (string replace -r '^--[^=]*=' '' -- "$current"))
        else
            echo $line
        end
    end
end
complete -c envlink -f -a '(__envlink_complete)'
)";

/// Quietly: somebody is typing. A file with problems has no names.
std::vector<std::string> names_in(const std::string& file, ValueKind kind) {
  const auto text = read_file(file);
  if (!text || !*text) return {};
  const auto desired = config::parse_file(**text, file);
  std::vector<std::string> names;
  if (!desired) return names;
  if (kind == ValueKind::service) {
    for (const model::DesiredService& service : desired->services) names.push_back(service.name.text);
  } else {
    for (const model::DesiredGroup& group : desired->groups) names.push_back(group.name.text);
  }
  return names;
}

}  // namespace

Outcome run_completion(const Options& options) {
  write(Stream::result, options.shell == Shell::bash ? bash : options.shell == Shell::zsh ? zsh : fish);
  return Outcome::done;
}

Outcome run_complete(const Options& options) {
  const auto commands = describe_commands();
  const Completion found = complete(commands, options.words, names_in);
  std::string lines;
  for (const Candidate& candidate : found.candidates)
    lines += fmt::format("{}\t{}\n", clean(candidate.word), candidate.does);
  if (found.files) lines += ":files\n";
  if (!lines.empty()) write(Stream::result, lines);
  return Outcome::done;
}

}  // namespace envlink::cli
