#include "view/live_region.h"

#include <doctest/doctest.h>

#include <vector>

namespace envlink::view {
namespace {

using Lines = std::vector<std::string>;

/// How many rows the cursor goes up before painting.
std::string up(const std::string& bytes) {
  const auto begin = bytes.find('\r') + 1;
  const auto end = bytes.find_first_of("AJ\r?", begin);
  if (end == std::string::npos || bytes[end] != 'A') return "0";
  return bytes.substr(begin + 2, end - begin - 2);
}

TEST_CASE("a block is painted over the previous one") {
  LiveRegion block;
  const Window window{80, 24, true};
  CHECK(up(block.paint({}, Lines{"a", "b", "c"}, window)) == "0");
  CHECK(up(block.paint({}, Lines{"a"}, window)) == "3");
  CHECK(up(block.paint({}, Lines{"a"}, window)) == "1");
}

TEST_CASE("lines folded by a narrower terminal are overwritten in all their rows") {
  const Lines frame{"short", "\x1b[32m" + std::string(70, 'x') + "\x1b[0m", std::string(20, 'y'), ""};
  LiveRegion block;
  block.paint({}, frame, {80, 24, true});
  CHECK(up(block.paint({}, frame, {30, 24, true})) == "6");  // 1 + 3 + 1 + 1
  block.paint({}, frame, {80, 24, true});
  CHECK(up(block.paint({}, frame, {20, 24, true})) == "7");
  block.paint({}, frame, {80, 24, false});
  CHECK(up(block.paint({}, frame, {30, 24, false})) == "4");
  CHECK(up(block.paint({}, frame, {100, 24, true})) == "4");
}

TEST_CASE("a wide character counts with its columns") {
  LiveRegion block;
  block.paint({}, Lines{"日本語"}, {80, 24, true});
  CHECK(up(block.paint({}, Lines{"日本語"}, {4, 24, true})) == "2");
}

TEST_CASE("other output below is not overwritten") {
  LiveRegion block;
  block.paint({}, Lines{"a", "b"}, {80, 24, true});
  block.forget();
  CHECK(up(block.paint({}, Lines{"a", "b"}, {80, 24, true})) == "0");
}

TEST_CASE("in a window of one row the line stays visible, and ends when the block is left") {
  LiveRegion block;
  const auto bytes = block.paint({}, Lines{"a"}, {80, 1, true});
  CHECK(bytes.find('\n') == std::string::npos);
  CHECK(up(block.paint({}, Lines{"b"}, {80, 1, true})) == "0");
  CHECK(block.leave() == "\r\n");
  CHECK(block.leave().empty());
}

}  // namespace
}  // namespace envlink::view
