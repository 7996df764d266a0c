#include "api/variable_reader.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>
#include <string>
#include <type_traits>

#include "api/fingerprint.h"

namespace envlink::api {
namespace {

using model::Facts;

Fingerprinter fingerprinter(unsigned char first) {
  Fingerprinter::Key key{};
  key[0] = first;
  return Fingerprinter(key);
}

TEST_CASE("placeholders are recognized, as whole values only") {
  for (const char* value : {"changeme",
                            "CHANGE_ME",
                            "change-me",
                            "PLACEHOLDER_TOKEN",
                            "placeholder",
                            "<token>",
                            "<your key here>",
                            "TODO",
                            "todo: ask Ann",
                            "FIXME",
                            "your-api-key-here",
                            "your_secret",
                            "YOUR-TOKEN",
                            "xxx",
                            "XXXX-XXXX",
                            "example",
                            "example value",
                            "insert key here",
                            "dummy",
                            "replace_me",
                            "\"changeme\"",
                            " changeme\n"}) {
    CAPTURE(value);
    CHECK(facts_of(value).placeholder);
  }
  for (const char* value :
       {"", "s3cr3t", "made-up-key", "https://example.com/changeme", "xx", "x1xxx", "todos", "your",
        "yourself", "<a><b>", "<", "<>", "exchange", "example.com", "html <b>"}) {
    CAPTURE(value);
    CHECK_FALSE(facts_of(value).placeholder);
  }
}

TEST_CASE("pasted quotes and blanks are recognized") {
  CHECK(facts_of("abc\n").stray_space);
  CHECK(facts_of(" abc").stray_space);
  CHECK(facts_of("\r\nabc").stray_space);
  CHECK_FALSE(facts_of("a b\nc").stray_space);
  CHECK(facts_of("\"abc\"").quoted);
  CHECK(facts_of("'abc' ").quoted);
  CHECK_FALSE(facts_of("\"abc").quoted);
  CHECK_FALSE(facts_of("\"").quoted);
  CHECK_FALSE(facts_of("'a\"").quoted);
}

TEST_CASE("unresolved references, masks and words for no value are recognized, and similar values are not") {
  using model::Stray;
  struct Row {
    std::string_view value;
    std::optional<Stray> stray;
  };
  const Row rows[] = {
      {"${DATABASE_URL}", Stray::reference},
      {"postgres://${USER}:${PASSWORD}@db/x", Stray::reference},
      {"${PORT:-10000}", Stray::reference},
      {"${{ secrets.TOKEN }}", Stray::reference},
      {"{{ token }}", Stray::reference},
      {"{{token}}", Stray::reference},
      {"\"{{ .Values.key }}\"", Stray::reference},
      {"op://vault/item/field", Stray::reference},
      {"undefined", Stray::no_value},
      {"null", Stray::no_value},
      {"NaN", Stray::no_value},
      {"[object Object]", Stray::no_value},
      {"'null'", Stray::no_value},
      {"********", Stray::mask},
      {"***", Stray::mask},
      {"\u2022\u2022\u2022\u2022", Stray::mask},
      {"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n", Stray::escaped_pem},
      {"\"-----BEGIN CERTIFICATE-----\\nMIIE\\n-----END CERTIFICATE-----\"", Stray::escaped_pem},
      {"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", std::nullopt},
      {"{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\nMIIE\\n\"}", std::nullopt},
      {"{\"a\":{\"b\":{}}}", std::nullopt},
      {"$2b$12$abcdefghijklmnopqrstuv", std::nullopt},
      {"pa$${word", std::nullopt},
      {"${1}", std::nullopt},
      {"${}", std::nullopt},
      {"${a b}", std::nullopt},
      {"{{}}", std::nullopt},
      {"{{ }}", std::nullopt},
      {"top://a", std::nullopt},
      {"nullable", std::nullopt},
      {"None", std::nullopt},
      {"*", std::nullopt},
      {"**", std::nullopt},
      {"* * * * *", std::nullopt},
      {"***a", std::nullopt},
      {"", std::nullopt},
      {"\"\"", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(facts_of(row.value).stray == row.stray);
  }
}

TEST_CASE("nothing, blanks and empty quotes are empty") {
  for (const char* value : {"", " ", "\n\t ", "\"\"", "''", "\" \""}) {
    CAPTURE(value);
    CHECK(facts_of(value).empty);
  }
  CHECK_FALSE(facts_of("0").empty);
  CHECK_FALSE(facts_of("\"0\"").empty);
}

TEST_CASE("shapes are distinguished") {
  struct Row {
    const char* value;
    const char* shapes;  // u, n, b, j
  };
  const Row rows[] = {
      {"https://a.example", "u"},
      {"postgres://u:p@h:5432/d?x=1", "u"},
      {"redis+tls://h", "u"},
      {"sqlite:///x.db", "u"},
      {"://a", ""},
      {"https://", ""},
      {"1ttp://a", ""},
      {"https://a b", ""},
      {"https://a\n", ""},
      {"a.example", ""},
      {"42", "nj"},
      {"-1.5e3", "nj"},
      {"+7", "n"},
      {"1", "nbj"},
      {"0", "nbj"},
      {"1e999", "n?"},
      {"0x10", ""},
      {"1,5", ""},
      {"inf", ""},
      {"nan", ""},
      {".", ""},
      {"e", ""},
      {"true", "bj"},
      {"False", "b"},
      {"YES", "b"},
      {"off", "b"},
      {"maybe", ""},
      {"{\"a\": [1, null]}", "j"},
      {"[]", "j"},
      {"{a: 1}", ""},
      {"{\"a\":", ""},
      {"\"abc\"", "j"},
      {"", ""},
      {" 42", "j"},
      {"\"https://a\"", "j"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    const Facts facts = facts_of(row.value);
    const std::string_view shapes = row.shapes;
    CHECK(facts.url == (shapes.find('u') != std::string_view::npos));
    CHECK(facts.number == (shapes.find('n') != std::string_view::npos));
    CHECK(facts.boolean == (shapes.find('b') != std::string_view::npos));
    if (shapes.find('?') == std::string_view::npos)
      CHECK(facts.json == (shapes.find('j') != std::string_view::npos));
  }
}

TEST_CASE("recognizable secrets are found") {
  for (const char* value :
       {"postgres://user:pass@db:5432/x", "\"redis://:pass@cache\"", "-----BEGIN PRIVATE KEY-----\nMIIE",
        "-----BEGIN RSA PRIVATE KEY-----", "sk_live_0123456789abcdef", "ghp_0123456789abcdefghij"}) {
    CAPTURE(value);
    CHECK(facts_of(value).secret);
  }
  for (const char* value : {"", "https://example.com", "postgres://user@db/x", "https://user:@db",
                            "https://a/b:c@d", "-----BEGIN CERTIFICATE-----", "sk_live_", "sk-learn",
                            "made up", "0123456789abcdef0123456789abcdef"}) {
    CAPTURE(value);
    CHECK_FALSE(facts_of(value).secret);
  }
}

TEST_CASE("any bytes have facts, and endless nesting is not JSON") {
  CHECK_FALSE(facts_of(std::string(1'000'000, '[')).json);
  CHECK_FALSE(facts_of(std::string(1'000'000, 'x')).placeholder);
  std::mt19937 lot(7);
  for (int round = 0; round < 5000; ++round) {
    std::string value;
    for (auto left = lot() % 12; left > 0; --left) value += "\0\xff \"'<>x1.e-:/{}[]\n,t"[lot() % 21];
    const Facts facts = facts_of(value);
    CHECK(facts.told);
    // An empty value has no other facts.
    if (facts.empty) CHECK_FALSE((facts.placeholder || facts.url || facts.number));
  }
}

TEST_CASE("equal values have equal fingerprints with the same key") {
  const Fingerprinter one = fingerprinter(1);
  CHECK(*one.of("secret") == *one.of("secret"));
  CHECK_FALSE(*one.of("secret") == *one.of("secret "));
  CHECK_FALSE(*one.of("secret") == *fingerprinter(2).of("secret"));
  CHECK(*one.of("") == *one.of(""));
  CHECK_FALSE(*one.of("") == *one.of(std::string_view("\0", 1)));
  // RFC 4231 has no case with a 32-byte key; this one is from `openssl mac` and pins the algorithm.
  model::Fingerprint::Bytes expected{};
  constexpr std::string_view digits = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expected[i] = static_cast<unsigned char>(std::stoi(std::string(digits.substr(i * 2, 2)), nullptr, 16));
  }
  CHECK(*fingerprinter(0).of("") == model::Fingerprint(expected));
}

template <class T>
concept Ordered = requires(const T& a, const T& b) { a < b; };
template <class T>
concept Streamed = requires(std::ostream& out, const T& a) { out << a; };

TEST_CASE("a fingerprint can be compared, but not printed or ordered") {
  using model::Fingerprint;
  static_assert(!fmt::is_formattable<Fingerprint>::value);
  static_assert(!Ordered<Fingerprint>);
  static_assert(!Streamed<Fingerprint>);
  static_assert(!std::is_convertible_v<Fingerprint, Fingerprint::Bytes>);
  static_assert(std::equality_comparable<Fingerprint>);
}

}  // namespace
}  // namespace envlink::api
