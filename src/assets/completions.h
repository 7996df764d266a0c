#pragma once
// The scripts with which shells complete envlink: the files completion.* beside this one. Each asks the
// program itself, so that a script never knows less than the program that it completes.

#include <string_view>

namespace envlink::assets {

extern const std::string_view bash_completion;
extern const std::string_view zsh_completion;
extern const std::string_view fish_completion;

}  // namespace envlink::assets
