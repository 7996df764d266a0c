#include "assets/completions.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

struct CompletionOptions : CommonOptions {
  std::string shell;
};

std::vector<Parameter> parameters(CompletionOptions& options) {
  return {{"SHELL", "bash|zsh|fish|powershell|nushell", &options.shell, "The shell", true}};
}

Outcome run(const CompletionOptions& options) {
  for (const auto& [name, script] :
       {std::pair("bash", assets::bash_completion), std::pair("zsh", assets::zsh_completion),
        std::pair("fish", assets::fish_completion), std::pair("powershell", assets::powershell_completion),
        std::pair("nushell", assets::nushell_completion)}) {
    if (options.shell != name) continue;
    write(Stream::result, script);
    return Outcome::done;
  }
  return end_with(usage_error("No completion for " + clean(options.shell, 30),
                              "Use bash, zsh, fish, powershell or nushell."));
}

}  // namespace

Command completion_command() {
  return {
      .name = "completion",
      .section = Section::tools,
      .summary = "Print a completion script for bash, zsh, fish, PowerShell or nushell.",
      .help =

          R"(Prints a script that completes commands, flags, files, and the services and groups in envlink.yaml.
Packages install it; otherwise load it in your shell's startup file.)",
      .examples = R"(  envlink completion bash   # in ~/.bashrc: source <(envlink completion bash)
  envlink completion zsh    # in ~/.zshrc: source <(envlink completion zsh)
  envlink completion fish   # in config.fish: envlink completion fish | source
  envlink completion powershell | Out-String | Invoke-Expression  # $PROFILE
  envlink completion nushell | save -f ($nu.user-autoload-dirs.0)/envlink.nu)",
      .endings = {{Outcome::done}, {Outcome::usage}},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
