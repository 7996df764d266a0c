#pragma once
// The shells' completion scripts: the files completion.* in this folder. Each asks the program itself for its
// suggestions, so a script never needs an update.

#include <string_view>

namespace envlink::assets {

extern const std::string_view bash_completion;
extern const std::string_view zsh_completion;
extern const std::string_view fish_completion;
extern const std::string_view powershell_completion;
extern const std::string_view nushell_completion;

}  // namespace envlink::assets
