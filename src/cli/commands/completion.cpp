#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"

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

struct CompletionOptions : CommonOptions {
  std::string shell;
};

std::vector<Parameter> parameters(CompletionOptions& options) {
  return {{"SHELL", "bash|zsh|fish", &options.shell, "The shell", true}};
}

Outcome run(const CompletionOptions& options) {
  for (const auto& [name, script] :
       {std::pair("bash", bash), std::pair("zsh", zsh), std::pair("fish", fish)}) {
    if (options.shell != name) continue;
    write(Stream::result, script);
    return Outcome::done;
  }
  return end_with(usage_error("There is no completion for " + clean(options.shell, 30),
                              "There is one for bash, zsh and fish."));
}

}  // namespace

Command completion_command() {
  return {
      .name = "completion",
      .section = Section::tools,
      .summary = "Print a script with which bash, zsh or fish completes envlink.",
      .help =
          R"(Prints the script with which a shell completes commands, flags, files, and the services and groups of
envlink.yaml. Packages install it; without one, load it where the shell starts.)",
      .examples = R"(  envlink completion bash   # in ~/.bashrc: source <(envlink completion bash)
  envlink completion zsh    # in ~/.zshrc, behind compinit: source <(envlink completion zsh)
  envlink completion fish   # in config.fish: envlink completion fish | source)",
      .endings = {{Outcome::done}, {Outcome::usage}},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
