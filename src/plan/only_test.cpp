#include "plan/only.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "plan/make_plan.h"
#include "plan/plan_hash.h"
#include "plan/sample_test.h"
#include "plan/stored.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

using Names = std::vector<std::string>;

Plan only(const Names& words, const model::Desired& file, const model::Workspace& actual,
          const PlanOptions& options = {}) {
  auto plan = make_plan_only(file, actual, words, options);
  REQUIRE_MESSAGE(plan.has_value(), (plan ? std::string() : plan.error().what));
  return std::move(*plan);
}

Error refusal(const Names& words, const model::Desired& file, const model::Workspace& actual,
              const PlanOptions& options = {}) {
  const auto plan = make_plan_only(file, actual, words, options);
  REQUIRE_FALSE(plan.has_value());
  CHECK(plan.error().kind == ErrorKind::usage);
  return plan.error();
}

Names services_of(const Plan& plan) {
  Names names;
  for (const PlannedService& service : plan.services) names.push_back(service.name);
  return names;
}

bool has_finding(const Plan& plan, std::string_view id) {
  return std::ranges::find(plan.findings, id, &Finding::id) != plan.findings.end();
}

/// db, api and web, none of which comes after another.
model::Desired unordered() {
  model::Desired file = sample::file();
  for (model::DesiredService& service : file.services) service.after.clear();
  return file;
}

void link(model::Workspace& actual, const char* service) {
  actual.groups[0].links.emplace_back(service);
}

model::Group group(const char* name) {
  model::Group one;
  one.id = GroupId(std::string("evg-") + name);
  one.name = name;
  one.variables = {{"KEY"}};
  return one;
}

void link_in_file(model::Desired& file, std::size_t service, const char* name) {
  file.groups.emplace_back();
  file.groups.back().name = sample::word(name);
  file.services[service].link.push_back(sample::word(name));
}

PlanOptions new_values(const Names& groups) {
  PlanOptions options;
  for (const std::string& group : groups) {
    options.values.push_back({.in_file = group, .given = {{.key = "KEY"}}});
    options.values.back().given[0].digest = model::ValueDigest({1});
  }
  return options;
}

}  // namespace

TEST_CASE("only the named service is planned, and the others with changes are listed") {
  const Plan plan = only({"api"}, unordered(), sample::workspace());
  CHECK(services_of(plan) == Names{"api"});
  REQUIRE(plan.links.size() == 1);
  CHECK(plan.links[0].service == 0);
  CHECK(plan.waves == std::vector<std::vector<std::size_t>>{{0}});
  REQUIRE(plan.only.has_value());
  CHECK(plan.only->words == Names{"api"});
  CHECK(plan.only->in_file == 3);
  CHECK(plan.only->selected == Names{"api"});
  CHECK(plan.only->with.empty());
  CHECK(plan.only->left_out == Names{"db", "web"});
}

TEST_CASE("services with changes come along if the named one comes after them") {
  const Plan plan = only({"api"}, sample::file(), sample::workspace());
  CHECK(services_of(plan) == Names{"db", "api"});
  CHECK(plan.waves == std::vector<std::vector<std::size_t>>{{0}, {1}});
  CHECK(plan.services[1].waits_for == std::vector<std::size_t>{0});
  CHECK(plan.only->with == std::vector<Companion>{{"db", "api"}});
  CHECK(plan.only->left_out == Names{"web"});
}

TEST_CASE("the order holds through services that have nothing to do") {
  model::Workspace actual = sample::settled();
  std::erase(actual.groups[0].links, ServiceId("srv-db"));
  std::erase(actual.groups[0].links, ServiceId("srv-web"));
  model::Desired file = sample::file();
  file.services.push_back(sample::wanted("first", {}, 40));
  actual.services.push_back(sample::service("first"));
  PlanOptions known;
  known.history = sample::seen(actual);
  const Plan plan = only({"web"}, file, actual, known);
  CHECK(services_of(plan) == Names{"db", "web"});
  CHECK(plan.services[1].after == std::vector<std::size_t>{0});
  CHECK(plan.services[1].waits_for == std::vector<std::size_t>{0});
  CHECK(plan.services[1].wave == 2);
  CHECK(plan.only->left_out == Names{"first"});
}

TEST_CASE("a listed order counts as well") {
  model::Desired file = unordered();
  file.rollout.order = model::Order::listed;
  CHECK(services_of(only({"api"}, file, sample::workspace())) == Names{"db", "api"});
}

TEST_CASE("a service that has nothing to do brings nothing along") {
  model::Workspace actual = sample::settled();
  std::erase(actual.groups[0].links, ServiceId("srv-db"));
  PlanOptions known;
  known.history = sample::seen(actual);
  const Plan plan = only({"web"}, sample::file(), actual, known);
  CHECK(plan.empty());
  CHECK(services_of(plan) == Names{"web"});
  CHECK(plan.only->left_out == Names{"db"});
}

TEST_CASE("links are in the order of the waves") {
  model::Desired file = sample::file();
  std::ranges::reverse(file.services);
  const Plan plan = only({"web", "db"}, file, sample::workspace());
  REQUIRE(plan.links.size() == 3);
  CHECK(plan.services[plan.links[0].service].name == "db");
  CHECK(plan.services[plan.links[2].service].name == "web");
}

TEST_CASE("links that the file does not name are removed from the named service alone") {
  model::Workspace actual = sample::settled();
  actual.groups.push_back(group("old"));
  for (const char* service : {"srv-db", "srv-api", "srv-web"}) actual.groups[1].links.emplace_back(service);
  model::Desired file = unordered();
  link_in_file(file, 0, "other");
  actual.groups.push_back(group("other"));
  actual.groups[2].links = {ServiceId("srv-db")};
  file.unmanaged = model::Unmanaged::remove;
  const Plan plan = only({"web"}, file, actual);
  REQUIRE(plan.links.size() == 1);
  CHECK(plan.links[0].action == LinkAction::remove);
  CHECK(plan.links[0].group == GroupId("evg-old"));
  CHECK(services_of(plan) == Names{"web"});
  CHECK(plan.only->left_out == Names{"db", "api"});
}

TEST_CASE("links that are kept are listed for the services of the plan, and of services outside the file") {
  model::Workspace actual = sample::settled();
  actual.services.push_back(sample::service("other"));
  link(actual, "srv-other");
  actual.groups.push_back(group("old"));
  actual.groups[1].links = {ServiceId("srv-db"), ServiceId("srv-web")};
  const Plan plan = only({"web"}, unordered(), actual);
  CHECK(plan.unmanaged == std::vector<UnmanagedLink>{{"old", "web"}, {"secrets", "other"}});
}

TEST_CASE("values are set in the groups of the planned services alone, and the others are named") {
  model::Workspace actual = sample::settled();
  model::Desired file = unordered();
  link_in_file(file, 0, "other");
  actual.groups.push_back(group("other"));
  actual.groups[1].links = {ServiceId("srv-db")};
  actual.services.push_back(sample::service("outside"));
  link(actual, "srv-outside");
  const Plan plan = only({"web"}, file, actual, new_values({"secrets", "other"}));
  REQUIRE(plan.values.size() == 1);
  CHECK(plan.values[0].group_name == "secrets");
  REQUIRE(plan.groups.size() == 1);
  CHECK(plan.groups[0].name == "secrets");
  CHECK(plan.stale_consumers ==
        std::vector<StaleConsumer>{{"secrets", "outside"}, {"secrets", "db"}, {"secrets", "api"}});
  CHECK(plan.only->left_out == Names{"db", "api"});
  CHECK_FALSE(plan.digest_key.empty());

  const Plan without = only({"web"}, file, actual, new_values({"other"}));
  CHECK(without.values.empty());
  CHECK(without.digest_key.empty());
  CHECK_FALSE(without.keeps_undo);
  CHECK(without.stale_consumers.empty());
}

TEST_CASE("an error of a service or a group that is left out does not stop the others") {
  model::Desired file = unordered();
  file.services[0].require = {{sample::word("NOWHERE")}};
  link_in_file(file, 0, "gone");
  file.groups[0].require = {{sample::word("MISSING")}};
  CHECK(make_plan(file, sample::workspace()).refused());
  const Plan plan = only({"web"}, file, sample::workspace());
  CHECK_FALSE(has_finding(plan, "group-missing"));
  CHECK_FALSE(has_finding(plan, "service-variable-missing"));
  CHECK(has_finding(plan, "group-variable-missing"));
  CHECK(has_finding(only({"db"}, file, sample::workspace()), "group-missing"));
}

TEST_CASE("a service that Render does not have stops only what needs it") {
  model::Desired file = unordered();
  file.services.insert(file.services.begin(), sample::wanted("migrate", {"db"}, 5));
  file.services.back().after = {sample::word("migrate")};
  const Plan api = only({"api"}, file, sample::workspace());
  CHECK_FALSE(api.refused());
  CHECK(services_of(api) == Names{"api"});
  for (const char* needs_it : {"migrate", "web"}) {
    const Plan plan = only({needs_it}, file, sample::workspace());
    CHECK(plan.refused());
    CHECK(has_finding(plan, "service-missing"));
  }
  // What it needs itself is still before the one that needs it.
  CHECK(services_of(only({"web"}, file, sample::workspace())) == Names{"db", "web"});
}

TEST_CASE("a service that Render does not have stops nothing if what comes after it has nothing to do") {
  model::Desired file = sample::file();
  file.services.push_back(sample::wanted("migrate", {}, 40));
  file.services[2].after = {sample::word("migrate")};
  PlanOptions known;
  known.history = sample::seen(sample::settled());
  const Plan plan = only({"web"}, file, sample::settled(), known);
  CHECK_FALSE(plan.refused());
  CHECK(plan.empty());
}

TEST_CASE("a deploy in progress of a dependency that is left out still holds the plan") {
  model::Workspace actual = sample::settled();
  std::erase(actual.groups[0].links, ServiceId("srv-web"));
  auto& deploys = actual.deploys[ServiceId("srv-db")];
  deploys.insert(deploys.begin(), sample::deploy("dep-new", "build_in_progress", sample::now));
  PlanOptions known;
  known.history = sample::seen(actual);
  const Plan held = only({"web"}, sample::file(), actual, known);
  CHECK(services_of(held) == Names{"web"});
  CHECK(held.blocking_dependency() != nullptr);
  CHECK(make_plan(unordered(), actual, known).blocking_dependency() == nullptr);
  CHECK(only({"web"}, unordered(), actual, known).blocking_dependency() == nullptr);

  // It holds up web, which is left out, and not api.
  model::Desired file = unordered();
  file.services[2].after = {sample::word("db")};
  std::erase(actual.groups[0].links, ServiceId("srv-api"));
  CHECK(make_plan(file, actual, known).blocking_dependency() != nullptr);
  CHECK(only({"api"}, file, actual, known).blocking_dependency() == nullptr);
}

TEST_CASE("services are named by name, by id and by pattern") {
  model::Desired file = unordered();
  file.services[0].name = sample::word("srv-db");
  const model::Workspace actual = sample::workspace();
  CHECK(services_of(only({"srv-api"}, file, actual)) == Names{"api"});
  CHECK(services_of(only({"db"}, file, actual)) == Names{"db"});
  CHECK(services_of(only({"?eb", "api"}, file, actual)) == Names{"api", "web"});
  CHECK(services_of(only({"*"}, file, actual)) == Names{"db", "api", "web"});
  CHECK(only({"*"}, file, actual).only->left_out.empty());
}

TEST_CASE("a word that names no service is a usage error with the nearest name") {
  CHECK(refusal({"webb"}, unordered(), sample::workspace()).cure == "Did you mean web?");
  CHECK(refusal({"api", "srv-zzzzzzz"}, unordered(), sample::workspace()).what ==
        "--only srv-zzzzzzz: there is no such service in envlink.yaml");
  CHECK(refusal({"x*"}, unordered(), sample::workspace()).what ==
        "--only x*: no service in envlink.yaml matches");
}

TEST_CASE("before Render is read, a word is refused if the file alone shows that it names nothing") {
  CHECK(check_only(unordered(), {"web", "a*"}).has_value());
  CHECK_FALSE(check_only(unordered(), {"web", "webb"}).has_value());
  CHECK_FALSE(check_only(unordered(), {"x*"}).has_value());
  CHECK(check_only(unordered(), {"srv-d2kq4b8gq3ls73f0a1b0"}).has_value());
  model::Desired by_id = unordered();
  by_id.services[0].name = sample::word("srv-d2kq4b8gq3ls73f0a1b0");
  CHECK(check_only(by_id, {"webb"}).has_value());
  CHECK_FALSE(check_only(by_id, {"x*"}).has_value());
}

TEST_CASE("--redeploy adds to the named services, and may not name one that is left out") {
  const model::Workspace actual = sample::settled();
  PlanOptions options;
  options.history = sample::seen(actual);
  options.redeploy = {"web"};
  CHECK(only({"web"}, sample::file(), actual, options).deploys() == 1);
  CHECK(refusal({"api"}, sample::file(), actual, options).what ==
        "--redeploy names web, which --only leaves out");
  options.redeploy = {"web", "db"};
  CHECK(services_of(only({"web"}, sample::file(), actual, options)) == Names{"db", "web"});
  options.redeploy.clear();
  options.redeploy_all = true;
  const Plan all = only({"web"}, sample::file(), actual, options);
  CHECK(services_of(all) == Names{"web"});
  CHECK(all.deploys() == 1);
  CHECK(all.only->left_out.empty());
}

TEST_CASE("the hash covers the cut plan, however its services were named") {
  const model::Workspace actual = sample::workspace();
  const std::string whole = plan_hash(make_plan(sample::file(), actual));
  const std::string web = plan_hash(only({"web"}, unordered(), actual));
  CHECK(web != whole);
  CHECK(web == plan_hash(only({"w*"}, unordered(), actual)));
  CHECK(web != plan_hash(only({"api"}, unordered(), actual)));
  CHECK(plan_hash(only({"*"}, sample::file(), actual)) == whole);
}

TEST_CASE("a stored plan has what was selected and left out") {
  const Plan plan = only({"api"}, sample::file(), sample::workspace());
  const auto again = plan_from_json(to_json(plan));
  REQUIRE(again.has_value());
  CHECK(*again == plan);
}

TEST_CASE("the flags repeat the selection on a command line") {
  CHECK(only_flags(Plan{}).empty());
  const Plan plan = only({"web", "a*"}, sample::file(), sample::workspace());
  CHECK(only_flags(plan) == " --only web 'a*'");
}
