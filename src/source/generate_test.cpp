#include "source/generate.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace envlink::source {
namespace {

const std::string letters_and_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::set<char> characters_of(const std::string& text) {
  return {text.begin(), text.end()};
}

TEST_CASE("each encoding has the expected length") {
  CHECK(random_text(32, Encoding::base64url).text.size() == 43);
  CHECK(random_text(32, Encoding::base64).text.size() == 44);
  CHECK(random_text(32, Encoding::base64).text.ends_with('='));
  CHECK(random_text(32, Encoding::hex).text.size() == 64);
  CHECK(random_text(32, Encoding::alphanumeric).text.size() == 32);
  CHECK(random_text(1, Encoding::base64url).text.size() == 2);
}

TEST_CASE("each encoding uses all of its characters and no others") {
  // One of 64 characters is missing from 60,000 with a probability of 10^-400.
  CHECK(characters_of(random_text(60'000, Encoding::base64url).text) ==
        characters_of(letters_and_digits + "-_"));
  CHECK(characters_of(random_text(60'000, Encoding::base64).text) ==
        characters_of(letters_and_digits + "+/"));
  CHECK(characters_of(random_text(60'000, Encoding::hex).text) == characters_of("0123456789abcdef"));
  CHECK(characters_of(random_text(60'000, Encoding::alphanumeric).text) == characters_of(letters_and_digits));
}

TEST_CASE("no two values are the same") {
  for (const auto encoding : {Encoding::base64url, Encoding::base64, Encoding::hex, Encoding::alphanumeric}) {
    INFO(word(encoding));
    CHECK(random_text(32, encoding).text != random_text(32, encoding).text);
  }
}

TEST_CASE("a generated value has from one byte to 64 KiB") {
  const auto usual = generate(32, Encoding::base64url);
  REQUIRE(usual);
  CHECK_FALSE(usual->empty());
  CHECK(generate(1, Encoding::hex));
  CHECK(generate(most_random_bytes, Encoding::hex));
  for (const std::size_t bytes : {std::size_t{0}, most_random_bytes + 1}) {
    const auto refused = generate(bytes, Encoding::hex);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("encodings are chosen by name") {
  CHECK(from_word<Encoding>("base64url") == Encoding::base64url);
  CHECK(from_word<Encoding>("alphanumeric") == Encoding::alphanumeric);
  CHECK_FALSE(from_word<Encoding>("rot13"));
}

}  // namespace
}  // namespace envlink::source
