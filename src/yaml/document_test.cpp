#include "yaml/document.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>

namespace envlink::yaml {
namespace {

Document parse(std::string_view text) {
  return yaml::parse(text, max_file_size);
}

std::string first_problem(std::string_view text) {
  const Document document = parse(text);
  if (document.problems.empty()) return {};
  const Problem& problem = document.problems.front();
  return std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column) + " " + problem.what;
}

TEST_CASE("the two bytes that make libfyaml loop forever are refused before it sees them") {
  CHECK(first_problem("%\x9d") == "1:2 byte 0x9D is not UTF-8");
}

TEST_CASE("unreadable text is refused with its place") {
  CHECK(first_problem(std::string_view("a: b\0c", 6)) == "1:5 control character U+0000");
  CHECK(first_problem("a: 1\nb: \x1b[31m") == "2:4 control character U+001B");
  CHECK(first_problem("a: \"ü\x7f\"") == "1:6 control character U+007F");
  CHECK(first_problem("\xff\xfe"
                      "a") == "1:1 byte 0xFF is not UTF-8");
  CHECK(first_problem(std::string(max_file_size + 1, '#')) == "1:1 the file is larger than 4096 KiB");
}

TEST_CASE("syntax errors become problems and nothing is printed") {
  FILE* const caught = std::tmpfile();
  REQUIRE(caught != nullptr);
  std::fflush(stderr);
  const int saved = dup(STDERR_FILENO);
  dup2(fileno(caught), STDERR_FILENO);
  const std::string flow = first_problem("a: [1, 2\n");
  const std::string nested = first_problem("é: b: c\n");
  const std::string tab = first_problem("a:\n\tb: 1\n");
  std::fflush(stderr);
  dup2(saved, STDERR_FILENO);
  close(saved);
  std::fseek(caught, 0, SEEK_END);
  CHECK(std::ftell(caught) == 0);
  std::fclose(caught);
  CHECK(flow.starts_with("2:1 YAML syntax: flow sequence"));
  CHECK(nested == "1:5 YAML syntax: invalid nested block mapping on the same line");
  CHECK(tab.find("YAML syntax: ") != std::string::npos);
}

TEST_CASE("places count characters, and a quoted scalar includes its quotes") {
  const Document document = parse("\xEF\xBB\xBFü: {\"k\": 'v', b: x}\r\nc:\r\n  - d\n");
  REQUIRE(document.root);
  const Entry& first = document.root->entries.at(0);
  CHECK(first.place == Place{1, 1});
  CHECK(first.value->place == Place{1, 4});
  CHECK(first.value->entries.at(0).place == Place{1, 5});
  CHECK(first.value->entries.at(0).length == 3);
  CHECK(first.value->entries.at(0).value->place == Place{1, 10});
  CHECK(first.value->entries.at(0).value->length == 3);
  CHECK(document.root->entries.at(1).value->items.at(0)->place == Place{3, 5});
}

TEST_CASE("anchors, aliases and merge keys work, and a mapping's own key wins over a merged one") {
  const Document document = parse(
      "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\n"
      "x: {<<: *base, b: 5}\ny: {<<: [*base, *more]}\nz: *base\n\"<<\": text\n");
  REQUIRE(document.problems.empty());
  const Node* x = document.root->find("x");
  CHECK(x->find("a")->text == "1");
  CHECK(x->find("b")->text == "5");
  const Node* y = document.root->find("y");
  CHECK(y->find("b")->text == "2");
  CHECK(y->find("c")->text == "4");
  CHECK(document.root->find("z") == document.root->find("base"));
  CHECK(document.root->find("<<")->text == "text");
}

TEST_CASE("valid YAML that a settings file should not contain is refused") {
  CHECK(first_problem("a: 1\nb: 2\na: 3\n") == "3:1 duplicate key `a`");
  CHECK(first_problem("a: *nowhere\n") == "1:4 no anchor `&nowhere` is defined before this alias");
  CHECK(first_problem("a: &a [*a]\n") == "1:8 no anchor `&a` is defined before this alias");
  CHECK(first_problem("a: !!binary xx\n") == "1:13 the YAML tag `tag:yaml.org,2002:binary` is not supported");
  CHECK(first_problem("[a]: 1\n") == "1:1 a key must be text, found a list");
  CHECK(first_problem("a: {<<: 5}\n") == "1:9 `<<` takes a mapping or a list of mappings, found a number");
  CHECK(first_problem("a: 1\n---\nb: 1\n") == "1:4 a second YAML document begins after this line");
  CHECK(first_problem("a: !!str 5\n").empty());
}

TEST_CASE("alias bombs and deep nesting are stopped") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 12; ++level) {
    const std::string below = "*a" + std::to_string(level - 1);
    bomb += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + below;
    for (int copy = 1; copy < 10; ++copy) bomb.append(", ").append(below);
    bomb += "]\n";
  }
  CHECK(first_problem(bomb).find("the file contains more than 100000 values, aliases expanded") !=
        std::string::npos);
  CHECK(first_problem(std::string(100'000, '[')) == "1:51 nested more than 50 levels deep");
  std::string many;
  for (int item = 0; item < 150'000; ++item) many += "- a\n";
  CHECK(first_problem(many).find("more than 100000 values") != std::string::npos);
}

TEST_CASE("explicit keys with tabs, which crash the library, are refused with their place") {
  for (const char* text : {"? s: \t:U :", ": ? :s: \t:U LN :", "a:\n  ? s: \t:U :", "?\n s: \t:U :",
                           "link: : ? on i:\t\t : ?# "}) {
    CHECK_MESSAGE(first_problem(text).find("an explicit key (`?`) in a file with tabs") != std::string::npos,
                  text);
  }
  CHECK(first_problem("a:\n  ? s: \t:U :").starts_with("2:3 "));
  CHECK(first_problem("a: b # really ? yes\t\nc: \"\t\"\n").empty());
}

TEST_CASE("plain scalars have the meaning of the YAML 1.2 core schema, quoted ones are text") {
  const auto kind = [](std::string_view text) {
    const Document document = parse("v: " + std::string(text) + "\n");
    return document.root ? std::string(kind_words(*document.root->find("v"))) : "unreadable";
  };
  for (const char* text :
       {"0", "-12", "+5", "0x1F", "0o17", "1.5", ".5", "1e3", "-.inf", ".nan", "99999999999999999999"}) {
    CHECK_MESSAGE(kind(text) == "a number", text);
  }
  for (const char* text :
       {"yes", "no", "on", "1_000", "10s", "0x", "1.2.3", "'5'", "\"true\"", "e3", "+-5"}) {
    CHECK_MESSAGE(kind(text) == "text", text);
  }
  for (const char* text : {"true", "False", "TRUE"}) CHECK_MESSAGE(kind(text) == "true or false", text);
  for (const char* text : {"", "~", "null", "Null"}) CHECK_MESSAGE(kind(text) == "nothing", text);
}

}  // namespace
}  // namespace envlink::yaml
