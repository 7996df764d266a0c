#include "api/key_mask.h"

#include <doctest/doctest.h>

namespace envlink::api {
namespace {

TEST_CASE("a key is masked whatever it starts with, plain and escaped") {
  const KeyMask mask(Secret("zq/Secret+key=7"));
  CHECK(mask.mask("") == "");
  CHECK(mask.mask("Bearer zq/Secret+key=7.") == "Bearer ***.");
  CHECK(mask.mask("zq/Secret+key=7zq/Secret+key=7") == "******");
  CHECK(mask.mask("zqzq/Secret+key=7 zq/Secret+key=8") == "zq*** zq/Secret+key=8");
  CHECK(mask.mask(R"({"a":"zq\/Secret\u002bkey=7"})") == R"({"a":"***"})");
  CHECK(mask.mask(R"({"a":"\u007Aq\/Secret+key=7\""})") == R"({"a":"***\""})");
  CHECK(mask.mask(R"({"a":"{\"b\":\"zq\\/Secret\\u002Bkey=7\"}"})") == R"({"a":"{\"b\":\"***\"}"})");
  CHECK(mask.mask("/login?k=zq%2fSecret%2Bkey%3D7&x=%20") == "/login?k=***&x=%20");
  CHECK(mask.mask("/login?n=%252Fx%3Fk%3Dzq%252fSecret%25252Bkey%253D7") == "/login?n=%252Fx%3Fk%3D***");
  CHECK(mask.mask("zq/Secret+key=") == "zq/Secret+key=");
  CHECK(mask.mask("100% \\ zq %zz \\u00") == "100% \\ zq %zz \\u00");
}

TEST_CASE("a key that could be part of any word is not masked") {
  CHECK(KeyMask(Secret("service")).mask("services") == "services");
  CHECK(KeyMask(Secret()).mask("text") == "text");
}

TEST_CASE("a key is masked in headers, bodies and reasons") {
  const KeyMask mask(Secret("zq-secret-key"));
  Outcome outcome = Response{302, {{"location", "https://x/zq-secret-key"}}, "for zq-secret-key"};
  mask.mask(outcome);
  CHECK(outcome == Outcome(Response{302, {{"location", "https://x/***"}}, "for ***"}));
  outcome = NotSent{"no host zq-secret-key"};
  mask.mask(outcome);
  CHECK(outcome == Outcome(NotSent{"no host ***"}));
  outcome = NoAnswer{.why = "zq-secret-key", .timed_out = true};
  mask.mask(outcome);
  CHECK(outcome == Outcome(NoAnswer{.why = "***", .timed_out = true}));
}

}  // namespace
}  // namespace envlink::api
