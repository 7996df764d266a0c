#pragma once
// From the command line to an exit code.

namespace envlink::cli {

int dispatch(int argc, const char* const* argv);

}  // namespace envlink::cli
