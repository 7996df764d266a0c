#pragma once
// What this program was made from.

#include <string>
#include <string_view>
#include <vector>

namespace envlink::program {

struct Commit {
  std::string_view hash;  // in full; empty: the sources were in no Git repository
  bool dirty;             // whether they differed from it
};
/// Written by cmake/WriteCommit.cmake at each build.
extern const Commit commit;

/// Processor, system and libc, as releases are named: "x86_64-linux-musl", "aarch64-macos".
std::string_view target();

/// "g++ 12.2.0"
std::string compiler();

struct Library {
  std::string_view name;
  std::string version;
};
/// Each as the running library says itself; Boost and fmt, which cannot, as their headers say.
std::vector<Library> libraries();

}  // namespace envlink::program
