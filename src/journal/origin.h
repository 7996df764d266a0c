#pragma once
// Who runs envlink and where: what a run and a lock are labelled with.

#include <string>

namespace envlink::journal {

std::string user_name();  // of the effective user, or its number
std::string host_name();

}  // namespace envlink::journal
