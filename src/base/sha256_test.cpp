#include "base/sha256.h"

#include <doctest/doctest.h>

using namespace envlink;

TEST_CASE("SHA-256 gives the published results") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("the SHA-256 of the standard's example as Base64") {
  CHECK(sha256_base64("abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST_CASE("Base64 pads what is not a multiple of three bytes") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("foobar") == "Zm9vYmFy");
}

TEST_CASE("HMAC-SHA256 gives the published result") {
  CHECK(hmac_sha256_base64("Jefe", "what do ya want for nothing?") ==
        "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
  CHECK(hmac_sha256_base64("", "") == "thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0=");
}

TEST_CASE("a hash is distinguished from other text") {
  CHECK(looks_like_sha256(sha256_hex("")));
  CHECK_FALSE(looks_like_sha256(sha256_hex("").substr(1)));
  CHECK_FALSE(looks_like_sha256(std::string(64, 'g')));
  CHECK_FALSE(looks_like_sha256(std::string(64, 'A')));
}
