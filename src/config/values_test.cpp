#include "config/values.h"

#include <doctest/doctest.h>

#include <chrono>

#include "config/file.h"
#include "yaml/told_problems_test.h"

namespace envlink::config {
namespace {

using model::ValuesEntry;
using model::ValuesFrom;

/// The problems of one group, whose `values` start at line 2, column 21.
std::string problems_of(const std::string& values) {
  return told_problems(parse_file("version: 1\ngroups: {g: {values: " + values + "}}\n", "envlink.yaml"));
}

TEST_CASE("each source is read correctly, with its place") {
  const auto desired = parse_file(R"(version: 1
groups:
  g:
    values:
      - from: {dotenv: .env.production}
        keys: [DATABASE_URL, SESSION_KEY]
        prune: false
      - from: {env: PROD_}
      - from: {command: [sops, -d, secrets.env]}
        prune: true
      - from:
          command: [op, read, "op://prod/db/url", ""]
        key: URL
      - from: {file: certs/ca.pem}
        key: file:ca.pem
  h: {values: {from: {dotenv: .env}}}
  i: {values: }
undo: {keep: 30d}
)",
                                  "f");
  REQUIRE(desired);
  const std::vector<ValuesEntry>& all = desired->groups[0].values;
  REQUIRE(all.size() == 5);
  CHECK(all[0] == ValuesEntry{.from = ValuesFrom::dotenv,
                              .words = {".env.production"},
                              .place = {5, 24},
                              .keys = {{"DATABASE_URL", {6, 16}}, {"SESSION_KEY", {6, 30}}}});
  CHECK(all[1] == ValuesEntry{.from = ValuesFrom::env, .words = {"PROD_"}, .place = {8, 21}});
  CHECK(all[2].words == std::vector<std::string>{"sops", "-d", "secrets.env"});
  CHECK(all[2].prune);
  CHECK(all[3].words == std::vector<std::string>{"op", "read", "op://prod/db/url", ""});
  CHECK(all[3].key->text == "URL");
  CHECK(all[4] == ValuesEntry{.from = ValuesFrom::file,
                              .words = {"certs/ca.pem"},
                              .place = {14, 22},
                              .key = SourceString{"file:ca.pem", {15, 14}}});
  CHECK(desired->groups[1].values.size() == 1);
  CHECK(desired->groups[2].values.empty());
  CHECK(desired->undo_keep == std::chrono::days(30));
  CHECK(parse_file("version: 1\n", "f")->undo_keep == std::chrono::days(7));
}

TEST_CASE("each mistake in values is reported with its place and its cure") {
  struct Row {
    const char* values;
    const char* expected;
  };
  const Row rows[] = {
      {".env", "2:22 `values` must be a mapping with `from`, or a list of them, found text"},
      {"[.env]", "2:23 `an entry of values` must be a mapping, found text"},
      {"{keys: [A]}",
       "2:22 an entry of `values` lacks `from` | write from: {dotenv: .env.production}, or use env, command "
       "or file"},
      {"{frm: {dotenv: .env}}", "2:23 unknown key `frm` | did you mean `from`?"},
      {"{from: {file: ca.pem}, kee: A}", "2:45 unknown key `kee` | did you mean `key`?"},
      {"{from: .env}", "2:29 `from` must be a mapping, found text"},
      {"{from: {}}", "2:29 `from` does not name a source | use one of dotenv, env, command or file"},
      {"{from: {dotnev: .env}}", "2:30 unknown key `dotnev` | did you mean `dotenv`?"},
      {"{from: {dotenv: .env, env: P_}}",
       "2:44 `from` names 2 sources | write one entry of `values` for each"},
      {"{from: {dotenv: .env}, kees: [A]}", "2:45 unknown key `kees` | did you mean `keys`?"},
      {"{from: {dotenv: 5}}",
       "2:38 `dotenv` must be the path of a file, found a number | if it is meant as text, quote it: \"5\""},
      {"{from: {env: P-1=}}",
       "2:35 `env` is `P-1=`, which no variable name can begin with | use letters, digits and _, such as "
       "PROD_"},
      {"{from: {command: sops}}",
       "2:39 `command` must be a list of words, found text | write each word separately: [op, read, "
       "\"op://vault/item/field\"]"},
      {"{from: {command: []}}",
       "2:39 `command` does not name a program | write the program and its arguments: [op, read, "
       "\"op://vault/item/field\"]"},
      {"{from: {command: [head, -c, 5]}}",
       "2:50 an entry of `command` must be text, found a number | if it is meant as text, quote it: \"5\""},
      {"{from: {command: [op, \"a\\0b\"]}}", "2:44 an entry of `command` contains a NUL byte"},
      {"{from: {command: [sops]}, key: A, keys: [B]}",
       "2:48 `key` and `keys` cannot be combined | `keys` selects some of many variables; `key` names the "
       "one variable that gets the whole value"},
      {"{from: {dotenv: .env}, key: A}",
       "2:45 `key` cannot be used with `dotenv`, which has many values | write keys: [A]"},
      {"{from: {file: ca.pem}}",
       "2:22 an entry of `values` lacks `key`: a file is one value | write key: KEY, or key: file:ca.pem for "
       "a secret file; for a file with KEY=value lines, use from: {dotenv: …}"},
      {"{from: {file: ca.pem}, keys: [A]}",
       "2:45 `keys` cannot be used with `file`, which is one value | write key: KEY"},
      {"{from: {file: ca.pem}, key: 'file:a/b'}",
       "2:50 `file:a/b` is not a valid secret file name | write file:NAME, such as file:ca.pem"},
      {"{from: {command: [op]}, key: 9A}",
       "2:51 `9A` is not a valid variable name | use letters, digits, _, - and ., starting with a letter or "
       "_; "
       "a "
       "secret file is file:NAME"},
      {"{from: {dotenv: .env}, keys: ['file:ca.pem']}",
       "2:52 `file:ca.pem` is not a valid variable name | write a separate entry for a secret file: {from: "
       "{file: ca.pem}, key: file:ca.pem}"},
      {"{from: {dotenv: .env}, keys: []}",
       "2:51 `keys` is empty | leave it out to take everything from the source"},
      {"{from: {dotenv: .env}, prune: maybe}", "2:52 `prune` must be true or false, found text"},
      {"[{from: {dotenv: a}, keys: [A, B]}, {from: {command: [op]}, key: B}]",
       "2:87 `B` already has a source, on line 2 | remove one"},
  };
  for (const Row& row : rows) {
    INFO(row.values);
    CHECK(problems_of(row.values) == row.expected);
  }
}

TEST_CASE("undo.keep needs a unit and has bounds, and a misspelled key gets a suggestion") {
  const auto problems = [](const std::string& undo) {
    return told_problems(parse_file("version: 1\nundo: " + undo + "\n", "f"));
  };
  CHECK(problems("{keep: 91d}") == "2:14 `keep` must be a duration from 1h to 90d");
  CHECK(problems("{keep: 30m}") == "2:14 `keep` must be a duration from 1h to 90d");
  CHECK(problems("{keep: week}") ==
        "2:14 `keep` must be a duration, found `week` | write a number and a unit: 500ms, 10s, 5m or 1h");
  CHECK(problems("{kep: 7d}") == "2:8 unknown key `kep` | did you mean `keep`?");
}

}  // namespace
}  // namespace envlink::config
