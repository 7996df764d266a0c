#include "config/initial_file.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>

#include "base/utf8.h"
#include "config/file.h"
#include "yaml/write.h"

namespace envlink::config {
namespace {

void forget_places(std::vector<SourceString>& words) {
  for (SourceString& word : words) word.place = {};
}

/// The wanted settings without their places.
model::Desired placeless(model::Desired desired) {
  desired.file.clear();
  if (desired.workspace) desired.workspace->place = {};
  for (model::DesiredGroup& group : desired.groups) {
    group.name.place = {};
    if (group.id) group.id->place = {};
    if (group.variables) group.variables->place = {};
    for (model::Requirement& one : group.require) one.key.place = {};
  }
  for (model::DesiredService& service : desired.services) {
    service.name.place = service.type_place = {};
    if (service.id) service.id->place = {};
    for (auto* words : {&service.link, &service.after}) forget_places(*words);
    for (model::Requirement& one : service.require) one.key.place = {};
  }
  return desired;
}

std::string fault(const std::string& text) {
  const auto read = parse_file(text, "envlink.yaml");
  return read ? std::string{} : render(read.error(), "envlink.yaml", text);
}

/// What the file requires.
model::Desired desired_of(const InitialFile& draft) {
  model::Desired desired;
  desired.workspace = draft.workspace;
  for (const InitialGroup& group : draft.groups) desired.groups.push_back(group.wanted);
  for (const InitialService& service : draft.services) desired.services.push_back(service.wanted);
  return desired;
}

void check_round_trip(const InitialFile& draft) {
  const std::string text = write_envlink_yaml(draft);
  INFO(text);
  REQUIRE(fault(text) == "");
  CHECK(placeless(*parse_file(text, "envlink.yaml")) == desired_of(draft));
}

/// The same file with every suggestion uncommented.
std::string uncommented(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    const bool offer = line.starts_with("    # require:") || line.starts_with("    #   - ") ||
                       line.starts_with("# rollout:") ||
                       (line.starts_with("  # ") && line.ends_with("link: []}"));
    if (offer) line.erase(line.find("# "), 2);
    out += line + "\n";
    at = end + 1;
  }
  return out;
}

model::Group group(std::string id, std::string name, std::vector<std::string> links = {},
                   std::optional<std::vector<std::string>> keys = std::nullopt) {
  model::Group result;
  result.id = GroupId{std::move(id)};
  result.name = std::move(name);
  for (std::string& link : links) result.links.emplace_back(std::move(link));
  if (keys) {
    result.variables.emplace();
    for (std::string& key : *keys) result.variables->push_back({std::move(key)});
  }
  return result;
}

model::Service service(std::string id, std::string name) {
  model::Service result;
  result.id = ServiceId{std::move(id)};
  result.name = std::move(name);
  result.type = model::ServiceType::web_service;
  return result;
}

model::Workspace workspace() {
  model::Workspace result;
  result.owner = {OwnerId{"tea-cexample0000000000000"}, "example", "team"};
  result.groups = {group("evg-b", "shared", {"srv-api"}, {{"TOKEN", "DATABASE_URL"}}),
                   group("evg-a", "alone")};
  result.services = {service("srv-api", "api"), service("srv-idle", "idle")};
  return result;
}

TEST_CASE("a workspace becomes a file with ids, links, types and the number of variables") {
  const InitialFile draft = initial_file_of(workspace());
  CHECK(write_envlink_yaml(draft, "envlink.schema.json") ==
        R"(# yaml-language-server: $schema=envlink.schema.json
#
# Written by envlink init from the workspace example, with its current links.
# This file contains no values. `envlink plan` compares it with the workspace.

version: 1
workspace: tea-cexample0000000000000  # example

# `variables` refuses a plan if variables have disappeared. Under `require`, uncomment what the
# services cannot run without: a plan is then refused if one of these is missing.
groups:
  shared:
    id: evg-b
    variables: {min: 2}
    # require:
    #   - DATABASE_URL
    #   - TOKEN

# Render does not say which service needs which. Suggested order: private services, web services,
# workers, cron jobs, static sites. If one must be live before another starts, write this below the
# one that waits: after: [my-database-proxy]. To deploy one at a time, in the order of this file:
# rollout: {order: listed}
services:
  api:
    id: srv-api
    type: web_service
    link: [shared]

  # Not linked to any group. Uncomment those that should be, and list their groups:
  # idle: {id: srv-idle, type: web_service, link: []}

# Left out:
# - group alone (not linked to any service).
)");
  check_round_trip(draft);
}

TEST_CASE("the suggestions in comments can be uncommented") {
  const std::string text = uncommented(write_envlink_yaml(initial_file_of(workspace())));
  REQUIRE(fault(text) == "");
  const auto desired = parse_file(text, "envlink.yaml");
  CHECK(desired->groups[0].require.size() == 2);
  CHECK(desired->services.size() == 2);
  CHECK(desired->rollout.order == model::Order::listed);
}

TEST_CASE("a name that the file cannot contain, or that two share, is replaced by the id") {
  model::Workspace actual = workspace();
  actual.groups = {group("evg-1", "twice", {"srv-x"}), group("evg-2", "twice", {"srv-x"}),
                   group("evg-3", "evg-1", {"srv-x"})};
  actual.services = {service("srv-x", "x-api"), service("srv-y", "two\nlines"),
                     service("srv-z", "srv-d479opq4d50c73813bu0")};
  const InitialFile draft = initial_file_of(actual);
  check_round_trip(draft);
  REQUIRE(draft.groups.size() == 3);
  for (const InitialGroup& each : draft.groups)
    CHECK_MESSAGE(each.wanted.name.text.starts_with("evg-"), each.wanted.name.text);
  CHECK(draft.groups[0].wanted.name.text == "evg-3");
  REQUIRE(draft.services.size() == 1);
  CHECK(draft.services[0].wanted.name.text == "srv-x");
  CHECK(draft.services[0].remarks ==
        std::vector<std::string>{"Its name is x-api, which cannot be used here."});
  CHECK(draft.unlinked.size() == 2);
}

TEST_CASE("an id that is also another one's name is pinned as well") {
  model::Workspace actual = workspace();
  actual.groups = {group("evg-1", "twice"), group("evg-2", "twice"), group("evg-3", "evg-1")};
  const InitialFile draft = initial_file_of(actual);
  const auto called = [&](std::string_view name) {
    return std::ranges::find(draft.groups, name,
                             [](const InitialGroup& one) { return one.wanted.name.text; });
  };
  REQUIRE(called("evg-1") != draft.groups.end());
  REQUIRE(called("evg-1")->wanted.id.has_value());
  CHECK(called("evg-1")->wanted.id->text == "evg-1");
  CHECK_FALSE(called("evg-2")->wanted.id.has_value());
  check_round_trip(draft);
}

TEST_CASE("services are in a suggested order: those that others call come first") {
  model::Workspace actual = workspace();
  actual.services = {service("srv-1", "a-site"), service("srv-2", "b-web"),    service("srv-3", "c-private"),
                     service("srv-4", "d-cron"), service("srv-5", "e-worker"), service("srv-6", "a-web")};
  const std::array types = {model::ServiceType::static_site,       model::ServiceType::web_service,
                            model::ServiceType::private_service,   model::ServiceType::cron_job,
                            model::ServiceType::background_worker, model::ServiceType::web_service};
  actual.groups[0].links.clear();
  for (std::size_t i = 0; i < types.size(); ++i) {
    actual.services[i].type = types[i];
    actual.groups[0].links.push_back(actual.services[i].id);
  }
  std::vector<std::string> names;
  const InitialFile draft = initial_file_of(actual);
  for (const InitialService& one : draft.services) names.push_back(one.wanted.name.text);
  CHECK(names == std::vector<std::string>{"c-private", "a-web", "b-web", "e-worker", "d-cron", "a-site"});
}

TEST_CASE("without a schema the file names none") {
  CHECK(write_envlink_yaml(initial_file_of(workspace())).starts_with("# Written by envlink init"));
}

TEST_CASE("previews are left out, and a group linked to one says so") {
  model::Workspace actual = workspace();
  actual.services[0].preview = true;
  const InitialFile draft = initial_file_of(actual);
  CHECK(draft.services.empty());
  CHECK(draft.groups[1].remarks ==
        std::vector<std::string>{
            "It is also linked to 1 service that Render does not list, probably a preview."});
  check_round_trip(draft);
}

TEST_CASE(
    "groups linked to no service or only to previews are counted, and if none is linked all are "
    "offered") {
  model::Workspace actual = workspace();
  actual.services.push_back(service("srv-pr", "api-pr-7"));
  actual.services.back().preview = true;
  actual.groups.push_back(group("evg-c", "of-a-preview", {"srv-pr", "srv-gone"}));
  actual.groups.push_back(group("evg-d", "beside", {"srv-pr", "srv-idle"}));
  const InitialFile draft = initial_file_of(actual);
  REQUIRE(draft.groups.size() == 2);
  CHECK(draft.groups[0].wanted.name.text == "beside");
  CHECK(draft.left_out ==
        std::vector<std::string>{"2 groups: alone and of-a-preview (1 not linked to any service and 1 linked "
                                 "only to services that Render does not list, such as previews)."});
  check_round_trip(draft);
  for (model::Group& one : actual.groups) one.links.clear();
  CHECK(initial_file_of(actual).groups.size() == 4);
  CHECK(initial_file_of(actual).left_out.empty());
}

TEST_CASE("environments are named, and secret files are suggested") {
  model::Workspace actual = workspace();
  actual.groups[0].secret_files = {"ca.pem"};
  actual.groups[0].environment = EnvironmentId("evm-1");
  actual.services = {service("srv-api", "api"), service("srv-twin", "api")};
  actual.services[0].environment = EnvironmentId("evm-1");
  actual.services[1].environment = EnvironmentId("evm-2");
  actual.environments[EnvironmentId("evm-1")] = {"production", false, ""};
  const InitialFile draft = initial_file_of(actual);
  CHECK(draft.groups.at(0).remarks ==
        std::vector<std::string>{"It can only be linked to services in the environment production."});
  CHECK(draft.groups.at(0).keys == std::vector<std::string>{"DATABASE_URL", "TOKEN", "file:ca.pem"});
  REQUIRE(draft.services.size() == 1);
  CHECK(draft.services[0].wanted.name.text == "srv-api");
  CHECK(draft.services[0].remarks ==
        std::vector<std::string>{"Its name is api, and another one has the same name.",
                                 "It is in the environment production."});
  CHECK(draft.unlinked.at(0).remarks.back() == "It is in the environment evm-2.");
  check_round_trip(draft);
  REQUIRE(fault(uncommented(write_envlink_yaml(draft))) == "");
}

TEST_CASE("a group whose name and id cannot be used appears only in a comment") {
  model::Workspace actual = workspace();
  actual.groups.push_back(group("GROUP\n7", "x-odd", {"srv-api"}));
  const InitialFile draft = initial_file_of(actual);
  CHECK(draft.left_out.size() == 2);  // with the group that is not linked
  CHECK(write_envlink_yaml(draft).find(
            "# - The group x-odd (\"GROUP 7\"): neither its name nor its id can be used here.\n") !=
        std::string::npos);
  check_round_trip(draft);
}

/// Names from people, other scripts and other programs, and worse.
class Names {
 public:
  explicit Names(unsigned seed) : random_(seed) {}

  std::string next() {
    static const std::array<std::string, 34> words = {
        "true", "False", "null", "~",   "yes", "No",   "on",   "0x1F",   "0o7",   "1e3",      ".5", "-.inf",
        ".nan", "12",    "-1",   "<<",  "- a", "a: b", "a #b", "#",      "&a",    "*a",       "!t", "%d",
        "@x",   "`b`",   "[a]",  "{a}", "a,b", "|",    ">",    "'q\"\\", "größe", "日本語 🚀"};
    if (random_() % 3 == 0) return words[random_() % words.size()];
    std::string text;
    for (std::size_t count = 1 + random_() % 12; count > 0; --count) append_utf8(text, character());
    return text;
  }

  unsigned number(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

 private:
  char32_t character() {
    static constexpr std::u32string_view nasty =
        U"\"\\'#:,[]{}&*!|>%@`?-~ \t\n\r\u0085\u00A0\u2028\u2029\u202E\uFEFF\uFFFD\uFFFE\U0001F680\U0010FFFF";
    switch (random_() % 4) {
      case 0:
        return nasty[random_() % nasty.size()];
      case 1:
        return static_cast<char32_t>(random_() % 0xD800);
      default:
        return static_cast<char32_t>('!' + random_() % 94);
    }
  }

  std::mt19937 random_;
};

TEST_CASE("whatever the names, the file describes exactly what the workspace shows") {
  for (unsigned seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Names names(seed);
    model::Workspace actual;
    actual.owner = {OwnerId{"tea-1"}, names.next(), "team"};
    for (unsigned at = 0, count = names.number(6); at < count; ++at) {
      actual.services.push_back(service(fmt::format("srv-{}", at), names.next()));
      actual.services.back().preview = names.number(8) == 0;
    }
    for (unsigned at = 0, count = 1 + names.number(6); at < count; ++at) {
      std::vector<std::string> links;
      for (const model::Service& each : actual.services) {
        if (names.number(2) == 0) links.push_back(each.id.text());
      }
      actual.groups.push_back(
          group(fmt::format("evg-{}", at), names.next(), links, {{names.next(), names.next()}}));
    }
    const InitialFile draft = initial_file_of(actual);
    check_round_trip(draft);
    REQUIRE(fault(uncommented(write_envlink_yaml(draft))) == "");
    const std::size_t kept =
        static_cast<std::size_t>(std::ranges::count(actual.services, false, &model::Service::preview));
    CHECK(draft.groups.size() == groups_in_use(actual).size());
    CHECK(draft.services.size() + draft.unlinked.size() == kept);
  }
}

TEST_CASE("any text that a file may contain is read back as it was written") {
  Names names(7);
  for (int round = 0; round < 3000; ++round) {
    const std::string name = names.next();
    if (!may_be_name(name)) continue;
    InitialFile draft;
    draft.groups.emplace_back().wanted.name.text = name;
    model::DesiredService& wanted = draft.services.emplace_back().wanted;
    wanted.name.text = name;
    wanted.link.push_back({name, {}});
    check_round_trip(draft);
  }
}

TEST_CASE("only unambiguous text is written without quotes") {
  for (const char* plain : {"toolboxai-backend", "API_KEY", "_a", "a.b/c", "e3", "falsehood"})
    CHECK(yaml::scalar(plain) == plain);
  for (const char* text : {"", "Off", "y", "12", "-a", "a b", "é", "a:b", ".nan"})
    CHECK(yaml::scalar(text).front() == '"');
  CHECK(yaml::scalar("a\"\\\x7f\u2028\U0010FFFF") == R"("a\"\\\x7F\u2028\U0010FFFF")");
}

}  // namespace
}  // namespace envlink::config
