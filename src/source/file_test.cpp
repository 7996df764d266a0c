#include "source/file.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "source/child_test.h"

namespace envlink::source {
namespace {

TEST_CASE("a file is read byte for byte") {
  const testing::TempFolder folder;
  const auto bytes = read_file(folder.file("a", std::string("1\r\n\0\n", 5)));
  REQUIRE(bytes);
  CHECK(bytes->text == std::string("1\r\n\0\n", 5));
}

TEST_CASE("a file of 1 MiB is accepted, and a larger one is refused") {
  const testing::TempFolder folder;
  CHECK(from_file(folder.file("a", std::string(most_bytes, 'x')), FinalBreak::kept));
  const auto refused = from_file(folder.file("b", std::string(3 * most_bytes, 'x')), FinalBreak::kept);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().why == "it is larger than 1 MiB");
}

TEST_CASE("a final line break is kept only in a secret file") {
  const testing::TempFolder folder;
  const std::string path = folder.file("a", "\n");
  CHECK(from_file(path, FinalBreak::kept));
  CHECK_FALSE(from_file(path, FinalBreak::taken_off));
}

TEST_CASE("a pipe opened by a shell is read, even if its writer has ended") {
  for (const std::string_view content : {"from a pipe\n", ""}) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    REQUIRE(testing::put(ends[1], content));
    close(ends[1]);
    const auto bytes = read_file(fmt::format("/dev/fd/{}", ends[0]));
    REQUIRE(bytes);
    CHECK(bytes->text == content);
    close(ends[0]);
  }
}

TEST_CASE("reading a FIFO waits for its writer") {
  const testing::TempFolder folder;
  const std::string path = folder.fifo("a");
  const testing::Child writer([&] {
    std::ofstream(path) << "late";
    return std::string();
  });
  const auto bytes = read_file(path);
  REQUIRE(bytes);
  CHECK(bytes->text == "late");
}

TEST_CASE("a folder, a device and a missing file are refused") {
  const testing::TempFolder folder;
  const auto why = [](const std::string& path) {
    const auto refused = from_file(path, FinalBreak::kept);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().what == fmt::format("Cannot read {}", path));
    CHECK_FALSE(refused.error().cure.empty());
    return refused.error().why;
  };
  CHECK(why("/tmp") == "it is a folder");
  CHECK(why("/dev/zero") == "it is not a regular file");
  CHECK(why(folder / "absent") == "No such file or directory");
}

}  // namespace
}  // namespace envlink::source
