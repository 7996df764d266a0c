#include "base/text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace envlink {
namespace {

TEST_CASE("UTF-8 is distinguished from other bytes") {
  struct Row {
    const char* name;
    std::string text;
    bool valid;
  };
  const Row rows[] = {
      {"empty", "", true},
      {"ASCII with a NUL", std::string("a\0b", 3), true},
      {"one to four bytes", "aé€😀", true},
      {"the last character", "\xF4\x8F\xBF\xBF", true},
      {"past the last character", "\xF4\x90\x80\x80", false},
      {"an overlong slash", "\xC0\xAF", false},
      {"an overlong slash of three", "\xE0\x80\xAF", false},
      {"a surrogate", "\xED\xA0\x80", false},
      {"a lone continuation", "\x80", false},
      {"cut short", "\xF0\x9F\x98", false},
      {"a byte that never occurs", "\xFF", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(is_valid_utf8(row.text) == row.valid);
  }
}

TEST_CASE("Foreign text is made safe for a terminal") {
  struct Row {
    const char* name;
    std::string text;
    std::string expected;
  };
  const Row rows[] = {
      {"plain text stays", "toolboxai-backend é 😀", "toolboxai-backend é 😀"},
      {"an escape sequence loses its escape", "\x1B[31mred", "�[31mred"},
      {"NUL, bell, DEL", std::string("\0\a\x7F", 3), "���"},
      {"a C1 control",
       "\xC2\x9B"
       "31m",
       "�31m"},
      {"line breaks and tabs become spaces", "a\nb\tc\r\nd\re", "a b c d e"},
      {"Unicode's line breaks too", "a\u2028b\u2029c", "a b c"},
      {"a bidi override", "a\u202Eb\u2066c", "a�b�c"},
      {"invisible characters", "a\u200Bb\uFEFFc", "a�b�c"},
      {"what XML forbids", "a\uFFFEb\uFFFFc\U0001FFFF", "a�b�c�"},
      {"invalid UTF-8",
       "a\xFF\xC0\xAF"
       "b",
       "a���b"},
      {"a truncated character", "a\xF0\x9F\x98", "a�"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(clean(row.text) == row.expected);
  }
}

TEST_CASE("Cleaned text is bounded in characters, the ellipsis included") {
  CHECK(clean("ééééé", 5) == "ééééé");
  CHECK(clean("éééééé", 5) == "éééé…");
  CHECK(clean("ab", 1) == "…");
  CHECK(clean("ab", 0).empty());
  const std::string cleaned = clean(std::string(1'000'000, '\x01'));
  CHECK(display_width(cleaned) == 200);
}

TEST_CASE("Width counts terminal columns") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é€✓…") == 4);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("日本😀") == 6);
  CHECK(display_width("\xFF") == 1);
}

TEST_CASE("Text is fitted to a width exactly") {
  struct Row {
    const char* text;
    std::size_t width;
    const char* expected;
  };
  const Row rows[] = {
      {"abc", 5, "abc  "},     {"abc", 3, "abc"},
      {"abcd", 3, "ab…"},      {"abcd", 1, "…"},
      {"abcd", 0, ""},         {"", 2, "  "},
      {"日本語", 6, "日本語"}, {"日本語", 5, "日本…"},
      {"日本語", 4, "日… "},   {"e\u0301e\u0301", 2, "e\u0301e\u0301"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CAPTURE(row.width);
    CHECK(fit(row.text, row.width) == row.expected);
  }
}

TEST_CASE("The nearest candidate is suggested if it is near enough") {
  struct Row {
    const char* name;
    std::string word;
    std::vector<std::string> candidates;
    std::string expected;
  };
  const Row rows[] = {
      {"two letters swapped", "servcies", {"groups", "services"}, "services"},
      {"a letter missing",
       "toolboxai-backnd",
       {"toolboxai-backend", "toolboxai-frontend"},
       "toolboxai-backend"},
      {"case only", "DATABASE_url", {"DATABASE_URL"}, "DATABASE_URL"},
      {"the closer of two", "linked", {"linkage", "link", "linker"}, "linker"},
      {"the first of two equals", "gate", {"gape", "gale"}, "gape"},
      {"nothing near", "database", {"links", "rollout"}, ""},
      {"a short word is not stretched", "id", {"env"}, ""},
      {"one letter is no hint", "x", {"y"}, ""},
      {"no candidates", "services", {}, ""},
      {"no word", "", {"a"}, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(nearest(row.word, row.candidates) == row.expected);
  }
  const std::vector<std::string> huge(100, std::string(100'000, 'a'));
  CHECK(nearest(std::string(100'000, 'a'), huge).empty());
}

TEST_CASE("Counts and lists read like a sentence") {
  const std::vector<std::string> names = {"a", "b", "c"};
  CHECK(count_of(1, "service") == "1 service");
  CHECK(count_of(9, "service") == "9 services");
  CHECK(count_of(0, "entry", "entries") == "0 entries");
  CHECK(join_and({}) == "");
  CHECK(join_and(std::span(names).first(1)) == "a");
  CHECK(join_and(std::span(names).first(2)) == "a and b");
  CHECK(join_and(names) == "a, b and c");
  CHECK(join_and(names, 2) == "a, b and 1 more");
  CHECK(join(names, " → ") == "a → b → c");
}

TEST_CASE("Text is trimmed, lowercased and split as ASCII") {
  CHECK(lower("HTTPS É 1") == "https É 1");
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim(" \n ").empty());
  CHECK(split("a|b", '|') == std::vector<std::string_view>{"a", "b"});
  CHECK(split("|", '|') == std::vector<std::string_view>{"", ""});
  CHECK(split("", '|') == std::vector<std::string_view>{""});
}

TEST_CASE("Percent-encoding leaves only unreserved characters") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode(" +/%?&=#") == "%20%2B%2F%25%3F%26%3D%23");
  CHECK(percent_encode("é\xFF") == "%C3%A9%FF");
  CHECK(percent_encode(std::string_view("\0\n", 2)) == "%00%0A");
}

TEST_CASE("Percent-encoding keeps the given characters and encodes the rest") {
  std::string out = "a?";
  append_percent_encoded(out, "/a b?c", "/?");
  CHECK(out == "a?/a%20b?c");
}

}  // namespace
}  // namespace envlink

TEST_CASE("a pattern has * for any characters and ? for one") {
  CHECK(envlink::fits_glob("api-*", "api-public"));
  CHECK(envlink::fits_glob("api-*", "api-"));
  CHECK_FALSE(envlink::fits_glob("api-*", "my-api-public"));
  CHECK(envlink::fits_glob("*-?", "worker-2"));
  CHECK_FALSE(envlink::fits_glob("*-?", "worker-12"));
  CHECK(envlink::fits_glob("*a*b", "xaxbxb"));
  CHECK_FALSE(envlink::fits_glob("web", "web2"));
  CHECK_FALSE(envlink::fits_glob("?", ""));
}

TEST_CASE("a word of a command line is quoted if a shell would read it otherwise") {
  CHECK(envlink::shell_word("envs/web-1.yaml") == "envs/web-1.yaml");
  CHECK(envlink::shell_word("api-*") == "'api-*'");
  CHECK(envlink::shell_word("it's") == "'it'\\''s'");
  CHECK(envlink::shell_word("") == "''");
}
