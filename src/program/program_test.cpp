#include "program/program.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <regex>

using namespace envlink;

TEST_CASE("each library says a version") {
  const std::regex version(R"(\d+(\.\d+)+\S*)");
  const std::vector<program::Library> all = program::libraries();
  for (const program::Library& one : all) {
    CAPTURE(one.name);
    CAPTURE(one.version);
    CHECK(std::regex_match(one.version, version));
  }
  for (const std::string_view name : {"boost", "curl", "fmt", "libfyaml", "libpq", "libsodium", "nghttp2",
                                      "openssl", "sqlite", "utf8proc", "zlib"})
    CHECK(std::ranges::count(all, name, &program::Library::name) == 1);
}

TEST_CASE("the commit is a full hash or unknown") {
  CHECK(std::regex_match(std::string(program::commit.hash), std::regex("([0-9a-f]{40,64})?")));
}

TEST_CASE("the target is named as releases are") {
  CHECK(std::regex_match(std::string(program::target()),
                         std::regex("[a-z0-9_]+-(linux-gnu|linux-musl|macos)")));
}
