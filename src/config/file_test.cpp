#include "config/file.h"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "yaml/told_problems_test.h"

namespace envlink::config {
namespace {

using namespace std::chrono_literals;

std::string read(const std::string& name) {
  std::ifstream file(ENVLINK_SOURCE_DIR "/src/config/testdata/" + name);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string problems_of(std::string_view text) {
  return told_problems(parse_file(text, "envlink.yaml"));
}

TEST_CASE("a file with every key is read correctly") {
  const auto desired = parse_file(read("full.yaml"), "full.yaml");
  REQUIRE(desired);
  CHECK(desired->file == "full.yaml");
  CHECK(desired->workspace->text == "toolboxai");
  REQUIRE(desired->groups.size() == 2);
  CHECK(desired->groups[0].name.text == "secrets");
  CHECK(desired->groups[0].name.place == Place{5, 3});
  CHECK(desired->groups[0].id->text == "evg-d479opq4d50c73813bu0");
  CHECK(desired->groups[0].variables == model::VariableCount{39, false, {7, 16}});
  CHECK(desired->groups[0].require.at(1).key.text == "B");
  CHECK(desired->groups[1].variables == model::VariableCount{12, true, {9, 22}});
  CHECK(desired->groups[1].values.at(0).keys == std::vector<SourceString>{{"C", {9, 89}}});
  CHECK(desired->undo_keep == std::chrono::days(30));
  REQUIRE(desired->services.size() == 3);
  CHECK(desired->services[0].type == model::ServiceType::cron_job);
  CHECK(desired->services[0].type_place == Place{12, 11});
  CHECK(desired->services[1].link.size() == 2);
  CHECK(desired->services[1].link[1] == SourceString{"front", {16, 21}});
  CHECK(desired->services[1].after.at(0).text == "monitoring");
  CHECK(desired->services[1].require.at(0).key.text == "A");
  CHECK(desired->services[2].name.text == "404");
  CHECK(desired->unmanaged == model::Unmanaged::remove);
  CHECK(desired->rollout == model::RolloutSettings{model::Order::listed, model::Gate::healthy, 3,
                                                   model::OnFailure::continue_,
                                                   model::DeployChoice::deploy_only, model::OnUnknown::keep,
                                                   5s, 90s, model::OnSuspended::link});
  CHECK(desired->api == model::ApiSettings{model::LinkMethod::service_patch, 1s, 0, 500ms});
}

TEST_CASE("build_time takes variables and prefixes, each with its place") {
  const auto desired = parse_file("version: 1\nbuild_time: [API_URL, BUILD_*]\n", "f");
  REQUIRE(desired);
  CHECK(desired->build_time == std::vector<SourceString>{{"API_URL", {2, 14}}, {"BUILD_*", {2, 23}}});
  for (const char* wrong : {"'*'", "'*_URL'", "A*_B", "A**"}) {
    CHECK(problems_of("version: 1\nbuild_time: [KEY, " + std::string(wrong) + "]\n")
              .find("but `*` is only allowed at the end of a prefix | write KEY, or PREFIX_*") !=
          std::string::npos);
  }
  CHECK(problems_of("version: 1\nbuild_time: KEY\n") ==
        "2:13 `build_time` must be a list of variable names, found text | write [KEY]");
  CHECK(problems_of("version: 1\nbuild_tim: [KEY]\n") ==
        "2:1 unknown key `build_tim` | did you mean `build_time`?");
}

TEST_CASE("a misspelled key is reported alone, without what is missing because of it") {
  CHECK(problems_of("version: 1\ngroups: {g: }\nservice: {a: {link: [g]}}\n") ==
        "3:1 unknown key `service` | did you mean `services`?");
  CHECK(problems_of("version: 1\ngroup: {g: }\nservices: {a: {link: [g]}, b: {link: [g], after: [a]}}\n") ==
        "2:1 unknown key `group` | did you mean `groups`?");
  CHECK(problems_of("versoin: 1\ngroups: {g: }\n") == "1:1 unknown key `versoin` | did you mean `version`?");
  CHECK(problems_of("version: 1\ngroups: {g: {variables: {mni: 3}}}\n") ==
        "2:26 unknown key `mni` | did you mean `min`?");
  const std::string policy = "policy: [{id: group-scope, severity: note, reason: r, subject: a}]\n";
  CHECK(problems_of("version: 1\nservice: {a: }\n" + policy) ==
        "2:1 unknown key `service` | did you mean `services`?");
  CHECK(problems_of("version: 1\npolicy: [{id: group-scope, severty: note, reason: r}]\n") ==
        "2:28 unknown key `severty` | did you mean `severity`?");
}

TEST_CASE("a key that resembles no missing one hides no other problem") {
  CHECK(problems_of("rolout: {}\nservices: {a: {link: [g]}}\n") ==
        "1:1 `version` is missing | begin the file with `version: 1`\n"
        "1:1 unknown key `rolout` | did you mean `rollout`?\n"
        "2:23 `link` names `g`, which is not defined under `groups` | define it under `groups`, or remove it "
        "here");
}

TEST_CASE("a file with only a version has the default settings") {
  const auto desired = parse_file("version: 1\n", "f");
  REQUIRE(desired);
  CHECK(desired->rollout == model::RolloutSettings{});
  CHECK(desired->api == model::ApiSettings{});
  CHECK(desired->unmanaged == model::Unmanaged::report);
}

TEST_CASE("all problems of a file are reported together, in the file's order") {
  const std::string text = read("broken.yaml");
  const auto desired = parse_file(text, "broken.yaml");
  REQUIRE_FALSE(desired);
  CHECK(render(desired.error(), "broken.yaml", text) == read("broken.txt"));
}

TEST_CASE("each mistake is reported with its place and its cure") {
  struct Row {
    const char* name;
    const char* text;
    const char* expected;
  };
  const Row rows[] = {
      {"empty", "", "1:1 the file is empty | begin it with `version: 1`, or run `envlink init`"},
      {"a list", "- a\n", "1:1 the file must be a mapping, found a list"},
      {"no version", "groups: {}\n", "1:1 `version` is missing | begin the file with `version: 1`"},
      {"quoted version", "version: \"1\"\n", "1:10 `version` must be the number 1, found text"},
      {"numeric name in a list", "version: 1\ngroups: {404: }\nservices: {a: {link: [404]}}\n",
       "3:23 an entry of `link` must be text, found a number | if it is meant as text, quote it: \"404\""},
      {"one name for a list", "version: 1\ngroups: {g: }\nservices: {a: {link: g}}\n",
       "3:22 `link` must be a list of group names, found text | write [g]"},
      {"services as a list", "version: 1\nservices:\n  - name: a\n",
       "3:3 `services` must be a mapping, found a list | write `name:` instead of `- name`"},
      {"a cycle", "version: 1\nservices: {a: {after: [b]}, b: {after: [c]}, c: {after: [a]}}\n",
       "2:58 `after` forms a cycle: a → b → c → a | remove one of these dependencies"},
      {"itself", "version: 1\nservices: {a: {after: [a]}}\n",
       "2:24 service `a` cannot come after itself | remove it"},
      {"listed against after", "version: 1\nservices: {a: {after: [b]}, b: }\nrollout: {order: listed}\n",
       "2:24 `order: listed` deploys `a` before `b`, but `after` requires the opposite | move the service "
       "down in "
       "the file, or use `order: dependencies`"},
      {"on_failure", "version: 1\nrollout: {on_failure: rolback}\n",
       "2:23 `on_failure` must be one of halt, continue, rollback, found `rolback` | did you mean "
       "`rollback`?"},
      {"a name with no section", "version: 1\nservices: {a: {link: [zzz]}}\n",
       "2:23 `link` names `zzz`, which is not defined under `groups` | define it under `groups`, or remove "
       "it here"},
      {"a link by a pinned id and by name",
       "version: 1\ngroups: {g: {id: evg-1}}\nservices: {a: {link: [g, evg-1]}}\n",
       "3:26 `link` names group `g` twice | remove one"},
      {"an id for a name that is an id",
       "version: 1\ngroups: {evg-d479opq4d50c73813bu0: {id: evg-d479opq4d50c73813bu1}}\n",
       "2:41 the name of group `evg-d479opq4d50c73813bu0` is an id, and differs from its `id` "
       "`evg-d479opq4d50c73813bu1` | keep one of the two, or use the name before the colon"},
      {"one id for two services", "version: 1\nservices: {a: {id: srv-1}, b: {id: srv-1}}\n",
       "2:36 `srv-1` is already used for service `a`"},
      {"an id without its rest", "version: 1\nservices: {a: {id: srv-}}\n",
       "2:20 `id` must be an id of the form srv-… or crn-…, found `srv-`"},
      {"a duration without a unit", "version: 1\napi: {backoff: 2}\n",
       "2:16 `backoff` must be a duration with a unit: 500ms, 10s, 5m or 1h, found a number"},
      {"a word instead of a duration", "version: 1\napi: {backoff: soon}\n",
       "2:16 `backoff` must be a duration, found `soon` | write a number and a unit: 500ms, 10s, 5m or 1h"},
      {"a poll interval too short", "version: 1\nrollout: {poll_interval: 500ms}\n",
       "2:26 `poll_interval` must be a duration from 1s to 1h"},
      {"a number out of bounds", "version: 1\napi: {retries: 99999999999}\n",
       "2:16 `retries` must be a whole number from 0 to 10"},
      {"a fraction", "version: 1\napi: {retries: 1.5}\n",
       "2:16 `retries` must be a whole number from 0 to 10"},
      {"an empty name", "version: 1\nservices: {\"\": {}}\n", "2:12 the name of a service is empty"},
      {"a control character in a name", "version: 1\nservices: {\"a\\e[31m\": {}}\n",
       "2:12 the name of a service contains a control character"},
      {"an unknown alias causes no further problem", "version: 1\nservices: {a: {link: *x}}\n",
       "2:22 no anchor `&x` is defined before this alias"},
      {"a shared mistake is reported once",
       "version: 1\nx-link: &l [gg]\ngroups: {g: }\nservices: {a: {link: *l}, b: {link: *l}}\n",
       "2:13 `link` names `gg`, which is not defined under `groups` | did you mean `g`?"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(problems_of(row.text) == row.expected);
  }
}

TEST_CASE("a file with only blanks and comments counts as empty") {
  for (const std::string_view text :
       {std::string_view{}, std::string_view("\n\n"), std::string_view("# a\n")}) {
    CHECK(problems_of(text).starts_with("1:1 the file is empty"));
  }
}

TEST_CASE("an empty entry of a list is refused") {
  CHECK(problems_of("version: 1\ngroups: {g: {require: ['', ' A']}}\n") ==
        "2:24 an entry of `require` is empty\n2:28 an entry of `require` begins or ends with a space");
}

TEST_CASE("an id refers to the name it is pinned to") {
  const auto desired = parse_file(
      "version: 1\ngroups: {g: {id: evg-1}}\nservices: {a: {id: srv-1, link: [evg-1]}, b: {after: "
      "[srv-1]}}\n",
      "f");
  REQUIRE(desired);
  CHECK(desired->services[0].link.at(0) == SourceString{"g", {3, 34}});
  CHECK(desired->services[1].after.at(0).text == "a");
}

TEST_CASE("keys that start with x- are allowed anywhere") {
  CHECK(problems_of(
            "version: 1\nx-a: {b: [1, {}]}\ngroups: {x-g: 5, g: {x-note: y, variables: {min: 1, x-why: z}}}\n"
            "services: {a: {x-owner: team}}\nlinks: {x-a: 1}\nrollout: {x-a: 1}\napi: {x-a: 1}\n")
            .empty());
}

TEST_CASE("a long chain of dependencies does not exhaust the stack") {
  std::string text = "version: 1\nservices:\n  s0: {after: [s14999]}\n";
  for (int service = 1; service < 15'000; ++service) {
    text += "  s" + std::to_string(service) + ": {after: [s" + std::to_string(service - 1) + "]}\n";
  }
  const std::string problems = problems_of(text);
  CHECK(problems.find("s0 → s14999 → s14998") != std::string::npos);
  CHECK(problems.find("(14988 more) → s0") != std::string::npos);
}

}  // namespace
}  // namespace envlink::config
