#include "config/file.h"

#include <doctest/doctest.h>

#include <map>

#include "yaml/told_problems_test.h"

namespace envlink::config {
namespace {

/// `files`: the files that require_from can read.
std::string problems_of(std::string_view text, const std::map<std::string, std::string>& files = {}) {
  const ReadFile read = [&](const std::string& path) -> Result<std::optional<std::string>> {
    if (path == "broken") return fail({.what = "Cannot read broken", .why = "Is a directory"});
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  };
  return told_problems(parse_file(text, "deploy/envlink.yaml", read));
}

TEST_CASE("a variable may be required with a shape") {
  const auto desired = parse_file(
      "version: 1\nservices: {a: {require: [A, B: url, {C: number}, {D: boolean}, {E: json}, {F: "
      "nonempty}]}}\n",
      "f");
  REQUIRE(desired);
  const auto& require = desired->services[0].require;
  REQUIRE(require.size() == 6);
  CHECK(require[0] == model::Requirement{{"A", {2, 26}}, std::nullopt});
  CHECK(require[1] == model::Requirement{{"B", {2, 29}}, model::Shape::url});
  CHECK(require[2].shape == model::Shape::number);
  CHECK(require[3].shape == model::Shape::boolean);
  CHECK(require[4].shape == model::Shape::json);
  CHECK(require[5].shape == model::Shape::nonempty);
}

TEST_CASE("a secret file is required by its name, and has no shape") {
  const auto desired = parse_file("version: 1\ngroups: {g: {require: [file:ca.pem, A]}}\n", "f");
  REQUIRE(desired);
  CHECK(desired->groups[0].require.at(0) == model::Requirement{{"file:ca.pem", {2, 24}}, std::nullopt});
  CHECK(problems_of("version: 1\ngroups: {g: {require: ['file:']}}\n") ==
        "2:24 `require` has a secret file without a name | write file:NAME");
  CHECK(problems_of("version: 1\ngroups: {g: {require: [file:ca.pem: json]}}\n") ==
        "2:24 `file:ca.pem` is a secret file, which cannot have a shape | write only its name");
}

TEST_CASE("a mistake in a requirement is reported with its place") {
  CHECK(problems_of("version: 1\ngroups: {g: {require: [A: urll]}}\n") ==
        "2:27 `A` must be one of nonempty, url, number, boolean, json, found `urll` | did you mean `url`?");
  CHECK(problems_of("version: 1\ngroups: {g: {require: [A: 5]}}\n") ==
        "2:27 `A` must be one of nonempty, url, number, boolean, json, found a number");
  CHECK(problems_of("version: 1\ngroups: {g: {require: [{A: url, B: url}]}}\n") ==
        "2:24 an entry of `require` must be a name, or a name with its shape | write KEY or KEY: url, one "
        "per entry");
  CHECK(problems_of("version: 1\ngroups: {g: {require: [A, A: url]}}\n") ==
        "2:27 `A` is listed twice in `require` | remove one");
  CHECK(problems_of("version: 1\ngroups: {g: {require: {A: url}}}\n") ==
        "2:23 `require` must be a list of variable names, found a mapping | write `- KEY: url` instead of "
        "`KEY: "
        "url`");
}

TEST_CASE("the keys of a dotenv file are required as well, each once, and its values are dropped") {
  const std::map<std::string, std::string> files = {
      {"deploy/.env.example", "# c\nB=sesame\nexport A=\nC='x'\n"}};
  const ReadFile read = [&](const std::string& path) { return std::optional(files.at(path)); };
  const auto desired =
      parse_file("version: 1\nservices: {a: {require: [B: url], require_from: .env.example}}\n",
                 "deploy/envlink.yaml", read);
  REQUIRE(desired);
  const auto& require = desired->services[0].require;
  REQUIRE(require.size() == 3);
  CHECK(require[0] == model::Requirement{{"B", {2, 26}}, model::Shape::url});
  CHECK(require[1] == model::Requirement{{"A", {2, 49}}, std::nullopt});
  CHECK(require[2].key.text == "C");
}

TEST_CASE("a missing or empty dotenv file is reported at the place that names it") {
  const char* const text = "version: 1\nservices: {a: {require_from: .env.example}}\n";
  CHECK(problems_of(text) ==
        "2:30 `require_from` names `deploy/.env.example`, which does not exist | write a path relative to "
        "the folder of this file");
  CHECK(problems_of(text, {{"deploy/.env.example", "# nothing\n"}}) ==
        "2:30 `require_from` names `deploy/.env.example`, which contains no variables | write KEY= on its "
        "own line for each variable");
  CHECK(problems_of("version: 1\nservices: {a: {require_from: /there}}\n", {{"/there", "A="}}).empty());
  CHECK(problems_of("version: 1\nservices: {a: {require_from: [x]}}\n")
            .find("2:30 `require_from` must be the path") == 0);
}

TEST_CASE("a path is relative to the folder of the file, even the current one") {
  const ReadFile read = [](const std::string& path) -> Result<std::optional<std::string>> {
    CHECK(path == "sub/.env");
    return fail({.what = "Cannot read", .why = "Permission denied"});
  };
  const auto desired =
      parse_file("version: 1\nservices: {a: {require_from: sub/.env}}\n", "envlink.yaml", read);
  REQUIRE_FALSE(desired);
  CHECK(desired.error()[0].what ==
        "`require_from` names `sub/.env`, which cannot be read: Permission denied");
}

}  // namespace
}  // namespace envlink::config
