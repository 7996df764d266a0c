#include "keys/seal_key.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <set>

#include "base/secret_text_test.h"
#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::state::testing;
using engine::PriorValue;
using keys::SealedValue;
using keys::SealKey;

namespace {

SealKey key_in(const std::string& folder) {
  auto key = SealKey::open(folder);
  REQUIRE(key.has_value());
  return std::move(*key);
}

PriorValue prior(std::size_t position, const std::string& value) {
  return {.position = position, .value = Secret(value)};
}

/// The unsealed value: its text, "none" or "refused".
std::string unsealed(const SealKey& key, std::int64_t run, std::size_t position, const SealedValue& sealed) {
  const auto found = key.unseal(run, position, sealed);
  if (!found) return "refused";
  CHECK(found->position == position);
  return found->value ? "value: " + SecretText::of(*found->value) : "none";
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

std::string told(const std::string& folder) {
  const auto key = SealKey::open(folder);
  return key ? "done" : describe(key.error());
}

std::string unusable(const std::string& path, const std::string& why) {
  return fmt::format(
      "The undo key {0} cannot be used\n  why: {1}\n  → Restore the original file, readable only by you "
      "(chown, chmod 600). Without a backup, remove it: rm '{0}'. envlink then creates a new one; values "
      "saved with the old one cannot be restored",
      path, why);
}

}  // namespace

TEST_CASE("A value is restored byte for byte, whatever its length and bytes, and so is its absence") {
  const TempFolder folder;
  const SealKey key = key_in(folder.path());
  for (const std::size_t size : {0U, 1U, 253U, 254U, 255U, 256U, 257U, 510U, 511U, 512U, 1U << 20U}) {
    std::string value;
    for (std::size_t i = 0; i < size; ++i) value += static_cast<char>(i * 131 % 257);
    CAPTURE(size);
    CHECK((unsealed(key, 7, 3, key.seal(7, prior(3, value))) == "value: " + value));
  }
  // A value that looks like padding is not mistaken for it.
  for (const std::string& value : {std::string(1, '\0'), std::string(255, '\0'), std::string("\x80", 1),
                                   std::string("\x80\0\0", 3), std::string("\0\0\x80", 3)}) {
    CHECK(unsealed(key, 7, 3, key.seal(7, prior(3, value))) == "value: " + value);
  }
  CHECK(unsealed(key, 7, 3, key.seal(7, {.position = 3})) == "none");
}

TEST_CASE("The sealed length reveals only the rounded length, and not whether there was a value") {
  const TempFolder folder;
  const SealKey key = key_in(folder.path());
  const auto length = [&](const PriorValue& value) { return key.seal(1, value).bytes.size(); };
  CHECK(length({.position = 1}) == 256 + 16);
  CHECK(length(prior(1, "")) == 256 + 16);
  CHECK(length(prior(1, std::string(254, 'x'))) == 256 + 16);
  CHECK(length(prior(1, std::string(255, 'x'))) == 512 + 16);
  CHECK(length(prior(1, std::string(510, 'x'))) == 512 + 16);
}

TEST_CASE("Sealing a value again gives different bytes") {
  const TempFolder folder;
  const SealKey key = key_in(folder.path());
  std::set<std::string> nonces;
  std::set<std::string> texts;
  for (int i = 0; i < 100; ++i) {
    const SealedValue sealed = key.seal(1, prior(1, "hunter2"));
    CHECK(sealed.nonce.size() == 24);
    nonces.insert(sealed.nonce);
    texts.insert(sealed.bytes);
  }
  CHECK(nonces.size() == 100);
  CHECK(texts.size() == 100);
}

TEST_CASE("A value sealed for one position of one run is refused in every other place") {
  const TempFolder folder;
  const SealKey key = key_in(folder.path());
  const SealedValue sealed = key.seal(12, prior(3, "hunter2"));
  CHECK(unsealed(key, 12, 3, sealed) == "value: hunter2");
  // Without a separator, 1 and 23 would equal 12 and 3.
  for (const auto& [run, position] : std::initializer_list<std::pair<std::int64_t, std::size_t>>{
           {12, 2}, {11, 3}, {3, 12}, {1, 23}, {123, 0}, {-12, 3}}) {
    CHECK(unsealed(key, run, position, sealed) == "refused");
  }
}

TEST_CASE("A sealed value with any bit flipped, or bytes removed or added, is refused") {
  const TempFolder folder;
  const SealKey key = key_in(folder.path());
  const SealedValue sealed = key.seal(1, prior(1, "hunter2"));
  for (std::size_t bit = 0; bit < 8 * sealed.bytes.size(); ++bit) {
    SealedValue changed = sealed;
    changed.bytes[bit / 8] = static_cast<char>(changed.bytes[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE(unsealed(key, 1, 1, changed) == "refused");
  }
  for (std::size_t bit = 0; bit < 8 * sealed.nonce.size(); ++bit) {
    SealedValue changed = sealed;
    changed.nonce[bit / 8] = static_cast<char>(changed.nonce[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE(unsealed(key, 1, 1, changed) == "refused");
  }
  for (std::size_t length = 0; length < sealed.bytes.size(); ++length) {
    REQUIRE(unsealed(key, 1, 1, {sealed.nonce, sealed.bytes.substr(0, length)}) == "refused");
  }
  for (std::size_t length = 0; length < sealed.nonce.size(); ++length) {
    REQUIRE(unsealed(key, 1, 1, {sealed.nonce.substr(0, length), sealed.bytes}) == "refused");
  }
  CHECK(unsealed(key, 1, 1, {sealed.nonce, sealed.bytes + "x"}) == "refused");
  CHECK(unsealed(key, 1, 1, {sealed.nonce + "x", sealed.bytes}) == "refused");
}

TEST_CASE("Sealing is XChaCha20-Poly1305 and pinned, because stored values must stay readable") {
  const TempFolder folder;
  std::string bytes;
  for (char c = 0; c < 32; ++c) bytes += c;
  write_file(folder / "undo.key", bytes);
  chmod((folder / "undo.key").c_str(), 0600);
  const SealKey key = key_in(folder.path());
  std::string nonce;
  for (char c = 64; c < 88; ++c) nonce += c;
  // Computed independently in Python from the drafts of ChaCha20, HChaCha20 and Poly1305.
  const std::string sealed = from_hex(
      "d5496a03a4870b73fccea891daa615d2fa95c9441359539a6a31fd450904239016f9026e55928410ffb2f44c"
      "0adadaf19b6b7de86f85b49cb6fc08f413b24c545a2bf87214b345c88503b0ffdc799ceff6c7062b283d6477"
      "50a30794c56533252675b7c9b8e56bb6dda1629a4717c98b9ff313de29ca83e00cbf571222c77b9fdf51470e"
      "d1ded6b0a0a0f23069a7de50ee2768ff352c5c1d4d2aa1b93ddb0ab139fc04bc7e42e07e51fdcec36bd73cfe"
      "81eacae18ce1f48ee9c2078f1a952a99aafdb4a3937724fa7b33296dcddd0570c8406b44d2f9a12aa38e4cf7"
      "ec3d3ead1f0568e31a097342d0f62a600b2351762db7ddff84d44d905575c69e440ccab691e82407962e288d"
      "84b534e064321488");
  CHECK(unsealed(key, 12, 3, {nonce, sealed}) == "value: postgres://u:p@h/d");
}

TEST_CASE("Another key unseals nothing") {
  const TempFolder folder;
  const SealedValue sealed = key_in(folder.path()).seal(1, prior(1, "hunter2"));
  std::filesystem::remove(folder / "undo.key");
  CHECK(unsealed(key_in(folder.path()), 1, 1, sealed) == "refused");
}

TEST_CASE(
    "An undo key is private to its owner under any umask and stays the same; looking for it creates none") {
  const TempFolder folder;
  const std::string path = folder / "undo.key";
  CHECK(SealKey::path_in(folder.path()) == path);
  CHECK_FALSE(SealKey::find(folder.path())->has_value());
  for (const mode_t mask : {0U, 0777U}) {
    CHECK_FALSE(std::filesystem::exists(path));
    const bool same = in_child([&] {
      umask(mask);
      const auto made = SealKey::open(folder.path());
      const auto again = SealKey::find(folder.path());
      return made && again && *again && (*again)->unseal(1, 1, made->seal(1, prior(1, "hunter2")));
    });
    CHECK(same);
    CHECK(mode_of(path) == 0600);
    CHECK(read_file(path).size() == 32);
    std::filesystem::remove(path);
  }
}

TEST_CASE("Processes that seal for the first time at once share one key") {
  for (int round = 0; round < 10; ++round) {
    const TempFolder folder(quick_parent());
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    constexpr std::size_t processes = 8;
    for (std::size_t i = 0; i < processes; ++i) {
      if (fork() != 0) continue;
      const auto key = SealKey::open(folder / "state");
      const SealedValue sealed = key ? key->seal(1, prior(1, "hunter2")) : SealedValue{};
      const std::string all = sealed.nonce + sealed.bytes;
      _exit(write(ends[1], all.data(), all.size()) == 24 + 272 ? 0 : 1);
    }
    close(ends[1]);
    std::string all;
    char piece[4096];
    for (ssize_t size = 0; (size = read(ends[0], piece, sizeof piece)) > 0;) {
      all.append(piece, static_cast<std::size_t>(size));
    }
    close(ends[0]);
    for (std::size_t i = 0; i < processes; ++i) wait(nullptr);
    REQUIRE(all.size() == processes * (24 + 272));
    const SealKey key = key_in(folder / "state");
    for (std::size_t at = 0; at < all.size(); at += 24 + 272) {
      CHECK(unsealed(key, 1, 1, {all.substr(at, 24), all.substr(at + 24, 272)}) == "value: hunter2");
    }
  }
}

TEST_CASE("An unusable undo key is named, with what removing it would lose, and left unchanged") {
  const TempFolder folder;
  const std::string path = folder / "undo.key";
  write_file(path, std::string(31, 'k'));
  chmod(path.c_str(), 0600);
  CHECK(told(folder.path()) == unusable(path, "it has 31 bytes, but a key has 32"));
  write_file(path, std::string(32, 'k'));
  for (const mode_t mode : {0640U, 0604U, 0601U}) {
    chmod(path.c_str(), mode);
    CHECK(told(folder.path()) == unusable(path, "other users can read or write it"));
  }
  chmod(path.c_str(), 0600);
  CHECK(told(folder.path()) == "done");
  CHECK(read_file(path) == std::string(32, 'k'));
}
