#include "keys/digest_key.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <set>

#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::state::testing;
using keys::DigestKey;
using model::ValueKind;

namespace {

DigestKey key_in(const std::string& folder) {
  auto key = DigestKey::open(folder);
  REQUIRE(key.has_value());
  return std::move(*key);
}

std::string told(const std::string& folder) {
  const auto key = DigestKey::open(folder);
  return key ? "done" : describe(key.error());
}

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

std::string unusable(const std::string& path, const std::string& why) {
  return fmt::format(
      "The digest key {0} cannot be used\n  why: {1}\n  → Remove it: rm '{0}'. envlink then creates a new "
      "one; what was recorded with this one counts as unknown once",
      path, why);
}

}  // namespace

TEST_CASE("A key is private to its owner, stays the same, and leaves no other file") {
  const TempFolder folder;
  const DigestKey first = key_in(folder / "state");
  CHECK(mode_of(folder / "state/digest.key") == 0600);
  CHECK(mode_of(folder / "state") == 0700);
  CHECK(read_file(folder / "state/digest.key").size() == 32);
  CHECK(names_in(folder / "state") == std::set<std::string>{"digest.key"});
  const DigestKey second = key_in(folder / "state");
  CHECK(second.id() == first.id());
  CHECK(second.digest(ValueKind::variable, "A", "1") == first.digest(ValueKind::variable, "A", "1"));
}

TEST_CASE("Looking for a key does not create one") {
  const TempFolder folder;
  const auto found = DigestKey::find(folder / "state");
  REQUIRE(found.has_value());
  CHECK_FALSE(found->has_value());
  CHECK(names_in(folder.path()).empty());
  const std::string id = key_in(folder / "state").id();
  CHECK((*DigestKey::find(folder / "state"))->id() == id);
}

TEST_CASE("A lost key is replaced by one with a different id") {
  const TempFolder folder;
  const DigestKey old = key_in(folder.path());
  std::filesystem::remove(folder / "digest.key");
  const DigestKey fresh = key_in(folder.path());
  CHECK(fresh.id() != old.id());
  CHECK_FALSE(fresh.digest(ValueKind::variable, "A", "1") == old.digest(ValueKind::variable, "A", "1"));
}

TEST_CASE("Digests are HMAC-SHA256 and pinned, because stored ones must stay comparable") {
  const TempFolder folder;
  std::string bytes;
  for (char c = 0; c < 32; ++c) bytes += c;
  write_file(folder / "digest.key", bytes);
  chmod((folder / "digest.key").c_str(), 0600);
  const DigestKey key = key_in(folder.path());
  // Computed independently with Python's hmac from the frame, the name and the value.
  CHECK(key.digest(ValueKind::variable, "DATABASE_URL", "postgres://u:p@h/d").hex() ==
        "2ecf9ff053bf1512017f6c616099c87ff48307a7bdaeba4b8690c8bbf82b92e3");
  CHECK(key.digest(ValueKind::secret_file, "ca.pem", "").hex() ==
        "53bfdb696dd2e7e80461ab79dee93e1069614b6eb0ade0752268712430381287");
  CHECK(key.id() == "dff1a164b04c3960");
}

TEST_CASE(
    "Equal values with different names or kinds have different digests, whatever bytes the names have") {
  const TempFolder folder;
  const DigestKey key = key_in(folder.path());
  const std::string zero("\0", 1);
  std::set<std::string> digests;
  std::size_t made = 0;
  for (const ValueKind kind : {ValueKind::variable, ValueKind::secret_file}) {
    // Without a frame, name and value of the first four would join to the same text.
    const std::pair<std::string, std::string> rows[] = {
        {"", "A1\nB"}, {"A", "1\nB"},     {"A1", "\nB"},     {"A1\n", "B"},     {"A", "1"},
        {"B", "1"},    {"A" + zero, "1"}, {"A", zero + "1"}, {"A", "1" + zero}, {"A", ""},
        {"", ""},      {"", "A"},         {"1\nA", "1"},     {"variable", "1"}};
    for (const auto& [name, value] : rows) {
      digests.insert(key.digest(kind, name, value).hex());
      ++made;
    }
  }
  CHECK(digests.size() == made);
}

TEST_CASE("The function keeps the key alive after the key object is destroyed") {
  const TempFolder folder;
  model::DigestValue digest;
  std::string expected;
  {
    const DigestKey key = key_in(folder.path());
    digest = key.function();
    expected = key.digest(ValueKind::variable, "A", "1").hex();
  }
  CHECK(digest(ValueKind::variable, "A", "1").hex() == expected);
}

TEST_CASE("Processes that start at the same time share one key") {
  for (int round = 0; round < 20; ++round) {
    const TempFolder folder(quick_parent());
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    constexpr int processes = 8;
    for (int i = 0; i < processes; ++i) {
      if (fork() != 0) continue;
      const auto key = DigestKey::open(folder / "state");
      const std::string id = key ? key->id() : std::string(16, '!');
      _exit(write(ends[1], id.data(), id.size()) == 16 ? 0 : 1);
    }
    close(ends[1]);
    std::string all;
    char piece[256];
    for (ssize_t size = 0; (size = read(ends[0], piece, sizeof piece)) > 0;) {
      all.append(piece, static_cast<std::size_t>(size));
    }
    close(ends[0]);
    for (int i = 0; i < processes; ++i) wait(nullptr);
    std::string expected;
    for (int i = 0; i < processes; ++i) expected += key_in(folder / "state").id();
    CHECK(all == expected);
    CHECK(names_in(folder / "state") == std::set<std::string>{"digest.key"});
  }
}

TEST_CASE("A key with wrong size or permissions is named, with what to do") {
  const TempFolder folder;
  const std::string path = folder / "digest.key";
  for (const std::size_t size : {0U, 31U, 33U}) {
    write_file(path, std::string(size, 'k'));
    chmod(path.c_str(), 0600);
    CHECK(told(folder.path()) == unusable(path, fmt::format("it has {} bytes, but a key has 32", size)));
  }
  write_file(path, std::string(32, 'k'));
  for (const mode_t mode : {0640U, 0604U, 0660U, 0601U}) {
    chmod(path.c_str(), mode);
    CHECK(told(folder.path()) == unusable(path, "other users can read or write it"));
  }
  chmod(path.c_str(), 0400);
  CHECK(told(folder.path()) == "done");
}

TEST_CASE("A new key is private to its owner under any umask") {
  const TempFolder folder;
  const bool same = in_child([&] {
    umask(0777);
    const auto made = DigestKey::open(folder.path());
    const auto again = DigestKey::open(folder.path());
    return made && again && made->id() == again->id();
  });
  CHECK(same);
  CHECK(mode_of(folder / "digest.key") == 0600);
}

TEST_CASE("A key that belongs to another user is not used") {
  const TempFolder folder;
  const std::string path = folder / "digest.key";
  key_in(folder.path());
  if (geteuid() == 0) {
    REQUIRE(chown(path.c_str(), 65534, 65534) == 0);
    CHECK(told(folder.path()) == unusable(path, "it belongs to another user"));
  }
}

TEST_CASE("A folder, a link or a pipe in the place of the key is reported without waiting") {
  const TempFolder folder;
  const std::string path = folder / "digest.key";
  std::filesystem::create_directory(path);
  CHECK(told(folder.path()).find("why: Is a directory") != std::string::npos);
  std::filesystem::remove(path);
  std::filesystem::create_symlink(folder / "elsewhere", path);
  CHECK(told(folder.path()).find("It is a symbolic link: remove it") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "elsewhere"));
  std::filesystem::remove(path);
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  CHECK(told(folder.path()) == unusable(path, "it is not a regular file"));
}
