#pragma once
// Who runs this process and where, for the store of runs and its locks.

#include <string>

namespace envlink::state {

std::string user_name();  // of the effective user, or its number
std::string host_name();

}  // namespace envlink::state
