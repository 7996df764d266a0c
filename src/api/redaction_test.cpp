#include "api/redaction.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <random>

#include "api/endpoints.h"
#include "api/redaction_parts.h"
#include "api/redaction_views.h"
#include "base/text.h"

namespace envlink::api {
namespace {

namespace json = boost::json;

Response reply(json::value body) {
  return {.status = 200, .body = json::serialize(body)};
}

json::value group_with(const std::vector<std::string>& values, const std::vector<std::string>& files = {}) {
  json::array variables;
  for (const auto& value : values) {
    variables.push_back(json::object{{"key", "K" + std::to_string(variables.size())}, {"value", value}});
  }
  json::array contents;
  for (const auto& file : files) contents.push_back(json::object{{"name", "f"}, {"content", file}});
  return json::object{{"id", "evg-1"}, {"envVars", variables}, {"secretFiles", contents}};
}

Redactor knowing(const std::vector<std::string>& values, const std::vector<std::string>& files = {}) {
  Redactor redactor;
  REQUIRE(redactor.learn_group(reply(group_with(values, files))).has_value());
  return redactor;
}

std::string base64(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    unsigned bits = 0;
    for (std::size_t i = at; i < at + 3; ++i) {
      bits = bits << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    }
    for (unsigned i = 0; i < 4; ++i) {
      const bool padding = at + i > text.size();
      out += padding ? '=' : alphabet[bits >> (18 - 6 * i) & 63U];
    }
  }
  return out;
}

TEST_CASE("a value is masked anywhere in a text, and the text around it is not") {
  const auto redactor = knowing({"sesame"});
  CHECK(redactor.mask("") == "");
  CHECK(redactor.mask("sesame") == "•••");
  CHECK(redactor.mask("a sesame, sesamesesame b") == "a •••, ••• b");
  CHECK(redactor.mask("sesam e") == "sesam e");
  CHECK(Redactor{}.mask("sesame") == "sesame");
}

TEST_CASE("overlapping values are masked as one, so that no part of either is left") {
  CHECK(knowing({"abcdef", "defghi", "cdefg"}).mask("x abcdefghi y") == "x ••• y");
  CHECK(knowing({"abcd", "abcdefgh"}).mask("abcdefgh abcdxx") == "••• •••xx");
}

TEST_CASE("escaped, encoded and decoded forms of a value are masked") {
  const std::string value = "p/a+s\"s w\nörd";
  const auto redactor = knowing({value});
  CHECK(redactor.mask("x=" + percent_encode(value)) == "x=•••");
  CHECK(redactor.mask("x=p%2fa%2Bs%22s+w%0Aörd&y") == "x=•••&y");
  CHECK(redactor.mask(json::serialize(json::string(value))) == "\"•••\"");
  CHECK(redactor.mask("\\u0070/a+s\\\"s w\\n\\u00f6rd.") == "•••.");
  CHECK(redactor.mask("p\\/a\\x2bs\\\"s w\\nörd") == "•••");
  CHECK(knowing({"pass😀word"}).mask("pass\\ud83d\\ude00word") == "•••");
  CHECK(knowing({"a%20secret"}).mask("got 'a secret'") == "got '•••'");
}

TEST_CASE("base64 of a value is masked at each of its three alignments in a longer text") {
  const auto redactor = knowing({"correct-horse?>battery"});
  for (const std::string before : {"", "u", "us", "usr:", "user:"}) {
    for (const std::string after : {"", ".", "..", "..."}) {
      std::string encoded = base64(before + "correct-horse?>battery" + after);
      const std::string masked = redactor.mask("Basic " + encoded);
      CAPTURE(masked);
      CHECK(masked.starts_with("Basic "));
      CHECK(masked.find(mask_text) != std::string::npos);
      // Only the characters that share a group of three bytes with their neighbours remain on each side.
      CHECK(masked.size() <= std::string("Basic ").size() + mask_text.size() + before.size() * 4 / 3 + 3 +
                                 after.size() * 4 / 3 + 4);
      for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
      CHECK(redactor.mask(encoded).find(mask_text) != std::string::npos);
    }
  }
}

TEST_CASE("lines, assignments, credentials and JSON texts within a value are masked on their own") {
  const auto redactor = knowing(
      {"postgres://app:hunter22@db.example:5432/main"},
      {"-----BEGIN KEY-----\r\nMIIEvQIBADAN\r\n", "A='open-it'\nb: \"shut-it\"\n",
       R"({"client":{"id":"id-77","keys":["first-key"]}})", "Server=tcp:x;Password=mine-alone;Encrypt=true"});
  CHECK(redactor.mask("auth failed: hunter22") == "auth failed: •••");
  CHECK(redactor.mask("MIIEvQIBADAN") == "•••");
  CHECK(redactor.mask("open-it shut-it") == "••• •••");
  CHECK(redactor.mask("id-77 first-key mine-alone") == "••• ••• •••");
}

TEST_CASE("values without a secret are not masked, and doubtful ones are") {
  for (const char* plain :
       {"", "abc", "äöü", "true", "False", "PRODUCTION", "8080", "0", "info", "localhost"}) {
    CAPTURE(plain);
    CHECK_FALSE(is_worth_masking(plain));
    CHECK(knowing({plain, "another"}).mask("x true 8080 production info abc") ==
          "x true 8080 production info abc");
  }
  for (const char* secret : {"abcd", "äöüß", "12345", "truely", "123a", "1.2.3.4"}) {
    CAPTURE(secret);
    CHECK(is_worth_masking(secret));
  }
}

TEST_CASE("API keys are masked without being learnt") {
  CHECK(Redactor{}.mask("key rnd_abcDEF123 end") == "key rnd_*** end");
}

TEST_CASE("a service's own variables are learnt page by page, and a reply that hides a value is an error") {
  Redactor redactor;
  json::array page;
  for (int i = 0; i < page_size; ++i) {
    page.push_back(json::object{{"envVar", {{"key", "K"}, {"value", "value-" + std::to_string(i)}}},
                                {"cursor", "cursor-" + std::to_string(i)}});
  }
  REQUIRE(redactor.learn_variables(reply(page)).has_value());
  REQUIRE(redactor.learn_variables(reply(json::array{{{"key", "K"}, {"value", "the-last"}}})).has_value());
  CHECK(redactor.mask("value-7 the-last") == "••• •••");
  for (const char* body : {"", "{}", "[{\"key\":\"K\"}]", "[{\"envVar\":{\"key\":\"K\",\"value\":null}}]"}) {
    CAPTURE(body);
    CHECK_FALSE(redactor.learn_variables({.status = 200, .body = body}).has_value());
  }
  for (const char* body : {"[]", "{}", "{\"envVars\":[{\"key\":\"K\",\"value\":1}]}",
                           "{\"envVars\":[],\"secretFiles\":[{\"name\":\"f\"}]}"}) {
    CAPTURE(body);
    const auto learnt = redactor.learn_group({.status = 200, .body = body});
    REQUIRE_FALSE(learnt.has_value());
    CHECK_FALSE(learnt.error().why.empty());
  }
  CHECK(
      redactor.learn_group(reply(json::object{{"envVars", nullptr}, {"secretFiles", nullptr}})).has_value());
}

TEST_CASE("hidden values are an error, and an empty one among others is not") {
  const auto learn = [](const std::vector<std::string>& values, const std::vector<std::string>& files = {}) {
    return Redactor().learn_group(reply(group_with(values, files)));
  };
  for (const char* hidden :
       {"********", "***", "••••••", "●●●", " ****** ", "[REDACTED]", "<hidden>", "redacted", "(masked)"}) {
    CAPTURE(hidden);
    const auto learnt = learn({"shown", hidden});
    REQUIRE_FALSE(learnt.has_value());
    CHECK(learnt.error().why == "Render hides them from the owner of this key");
    CHECK_FALSE(learn({"shown"}, {hidden}).has_value());
  }
  CHECK_FALSE(learn({""}).has_value());
  CHECK_FALSE(learn({"", ""}).has_value());
  CHECK_FALSE(learn({"shown"}, {""}).has_value());
  CHECK(learn({"", "shown"}).value() == 2);
  CHECK(learn({"**", "hidden", "a*b"}, {"", "shown"}).value() == 5);
  CHECK(learn({}).value() == 0);
  Redactor redactor;
  CHECK_FALSE(redactor.learn_variables(reply(json::array{{{"key", "K"}, {"value", ""}}})).has_value());
  CHECK(redactor.learn_variables(reply(json::array{})).has_value());
  CHECK_FALSE(
      redactor.learn_secret_files(reply(json::array{{{"name", "f"}, {"content", "****"}}})).has_value());
}

TEST_CASE("a service's own secret files are learnt like its variables") {
  Redactor redactor;
  REQUIRE(
      redactor
          .learn_secret_files(reply(json::array{
              {{"secretFile", {{"name", ".env"}, {"content", "A=open-it\nB=shut-it\n"}}}, {"cursor", "c"}}}))
          .has_value());
  CHECK(redactor.mask("open-it, shut-it") == "•••, •••");
  CHECK_FALSE(redactor.learn_secret_files(reply(json::array{{{"name", "f"}}})).has_value());
}

class Drawn {
 public:
  explicit Drawn(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string text(std::string_view alphabet, std::size_t least, std::size_t most) {
    std::string out(least + below(most - least + 1), ' ');
    for (char& c : out) c = alphabet[below(alphabet.size())];
    return out;
  }

 private:
  std::mt19937 random_;
};

TEST_CASE("no value survives in random texts made of few characters") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Drawn drawn(seed);
    std::vector<std::string> values;
    for (std::size_t i = 0; i < 1 + drawn.below(6); ++i) values.push_back(drawn.text("ab%2\\n+ ", 1, 9));
    const auto redactor = knowing(values);
    std::string text;
    for (std::size_t i = 0; i < 12; ++i) {
      const std::string& value = values[drawn.below(values.size())];
      const std::string forms[] = {value, percent_encode(value), base64("-" + value),
                                   drawn.text("ab%2\\n+ ", 0, 6)};
      text += forms[drawn.below(4)];
    }
    const std::string masked = redactor.mask(text);
    CAPTURE(text);
    CAPTURE(masked);
    for (const std::string& value : values) {
      if (!is_worth_masking(value)) continue;
      CAPTURE(value);
      CHECK(masked.find(value) == std::string::npos);
      CHECK(each_view(masked,
                      [&](const DecodedView& view) { CHECK(view.text.find(value) == std::string::npos); }));
    }
    CHECK(redactor.mask(masked) == masked);
  }
}

TEST_CASE("a text without values is unchanged") {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Drawn drawn(seed);
    const auto redactor = knowing({drawn.text("abcdef", 4, 12), drawn.text("abcdef", 4, 12)});
    const std::string text = drawn.text("XYZ ,.%41\\n+=\x1b\n", 0, 200);
    CHECK(redactor.mask(text) == text);
  }
}

}  // namespace
}  // namespace envlink::api
