#include "keys/team_key.h"

#include <doctest/doctest.h>

#include "base/secret_text_test.h"
#include "engine/ports.h"
#include "keys/random_text.h"

using namespace envlink;
using keys::TeamKey;
using model::ValueKind;

namespace {

// The bytes 0 to 31.
const std::string hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const std::string base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

std::string prefixed(const std::string& text) {
  return "envlink-store-key-" + text;
}

TeamKey parsed(const std::string& text) {
  auto key = TeamKey::parse(text);
  REQUIRE(key.has_value());
  return std::move(*key);
}

}  // namespace

TEST_CASE("A key that was made is read back from its text, and no two are the same") {
  const TeamKey made = TeamKey::make();
  const std::string text = SecretText::of(made.text());
  CHECK(text.size() == prefixed(base64).size());
  const TeamKey again = parsed(text);
  CHECK(again.id() == made.id());
  CHECK(SecretText::of(again.text()) == text);
  CHECK(TeamKey::make().id() != made.id());
}

TEST_CASE("Base64url and hexadecimal digits give the same key, also with a line break behind them") {
  CHECK(SecretText::of(parsed(prefixed(hex)).text()) == prefixed(base64));
  CHECK(parsed(prefixed(base64)).id() == parsed(prefixed(hex)).id());
  CHECK(parsed(" " + prefixed(base64) + "\n").id() == parsed(prefixed(hex)).id());
}

TEST_CASE("The derived keys are pinned, because stored digests and sealed values must stay usable") {
  const TeamKey key = parsed(prefixed(hex));
  // Computed independently with Python's hashlib.blake2b (salt: the number, person: "envlink1") and hmac.
  CHECK(key.id() == "9101af8cf2745e18");
  CHECK(key.digest_key().digest(ValueKind::variable, "DATABASE_URL", "postgres://u:p@h/d").hex() ==
        "7e86da8ccc57d7b28b805af033cdfabb7bc4dfa41bd989c24a0f479a493ab678");
  const engine::PriorValue prior{.position = 3, .value = Secret("hunter2")};
  const auto sealed = key.seal_key().seal(12, prior);
  const auto unsealed = parsed(prefixed(base64)).seal_key().unseal(12, 3, sealed);
  REQUIRE(unsealed.has_value());
  CHECK(SecretText::of(*unsealed->value) == "hunter2");
  CHECK_FALSE(TeamKey::make().seal_key().unseal(12, 3, sealed).has_value());
}

TEST_CASE("A text that is no key is refused, and the error does not show it") {
  const std::string bad[] = {"",
                             "hunter2hunter2",
                             hex,
                             prefixed(""),
                             prefixed("hunter2"),
                             prefixed(hex + "0"),
                             prefixed(hex.substr(1) + "g"),
                             prefixed(base64 + "="),
                             prefixed(base64.substr(1)),
                             prefixed(base64.substr(1) + "+"),
                             prefixed(base64.substr(1) + "9"),
                             "rnd_" + base64};
  for (const std::string& text : bad) {
    CAPTURE(text);
    const auto key = TeamKey::parse(text);
    REQUIRE_FALSE(key.has_value());
    const std::string told = describe(key.error());
    CHECK(told.find("The key in ENVLINK_STORE_KEY cannot be used") != std::string::npos);
    for (const std::string& part : {std::string("hunter2"), hex.substr(1, 30), base64.substr(1, 30)})
      CHECK(told.find(part) == std::string::npos);
  }
}

TEST_CASE("A random text is 32 hexadecimal digits, new each time") {
  const std::string text = keys::random_text();
  CHECK(text.size() == 32);
  CHECK(text.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(keys::random_text() != text);
}
