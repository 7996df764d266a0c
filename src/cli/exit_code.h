#pragma once
// The exit codes that envlink promises; docs/commands.md explains them to a user.

#include "base/error.h"

namespace envlink::cli {

namespace exit_codes {
constexpr int done = 0;
constexpr int error = 1;
constexpr int differences = 2;
constexpr int authentication = 3;
constexpr int refused = 4;
constexpr int rolled_back = 6;
constexpr int held = 8;
constexpr int usage = 64;
constexpr int interrupted = 130;
}  // namespace exit_codes

int exit_code_of(const Error& error);

}  // namespace envlink::cli
