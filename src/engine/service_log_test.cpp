#include "engine/service_log.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "plan/history.h"

using namespace envlink;
using namespace envlink::engine;

namespace {

const Time start{std::chrono::hours(1000)};
const Time began = start - std::chrono::minutes(5);

std::string at(Time time) {
  return format_rfc3339(time);
}

std::string deploy_json(std::string_view id, std::string_view status, Time created) {
  return fmt::format(R"({{"id":"{}","status":"{}","createdAt":"{}","finishedAt":"{}"}})", id, status,
                     at(created), at(created + std::chrono::minutes(1)));
}

std::string group_json(std::string_view id, std::string_view variables, std::string_view links) {
  return fmt::format(
      R"({{"id":"{0}","name":"{0}-name","envVars":[{1}],"secretFiles":[],"serviceLinks":[{2}]}})", id,
      variables, links);
}

constexpr std::string_view linked = R"({"id":"srv-1"})";

/// Answers by the path of a request; what is not named has an empty list.
struct Render {
  std::map<std::string, std::string, std::less<>> bodies{
      {"/services/srv-1/deploys", fmt::format("[{},{}]", deploy_json("dep-2", "build_failed", began),
                                              deploy_json("dep-1", "live", began - std::chrono::hours(1)))},
      {"/env-groups", fmt::format("[{},{}]", group_json("evg-1", "", linked), group_json("evg-2", "", ""))},
      {"/env-groups/evg-1", group_json("evg-1", R"({"key":"A","value":"sesame-of-one"})", linked)},
      {"/env-groups/evg-2", group_json("evg-2", R"({"key":"B","value":"sesame-of-two"})", "")},
      {"/services/srv-1/env-vars", R"([{"envVar":{"key":"C","value":"sesame-of-own"}}])"},
      {"/services/srv-1/secret-files", R"([{"secretFile":{"name":"f","content":"sesame-of-file"}}])"},
      {"/logs",
       R"({"logs":[{"message":"sesame-of-one sesame-of-two"},{"message":"sesame-of-own sesame-of-file"}]})"}};
  std::map<std::string, int, std::less<>> refused{};  // with this status
  std::function<void()> after_log{};
  std::vector<std::string> asked{};    // paths
  std::vector<std::string> targets{};  // with their queries

  api::Outcome answer(const api::Request& request) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    asked.push_back(path);
    targets.push_back(request.target);
    if (const auto no = refused.find(path); no != refused.end()) return api::Response{no->second, {}, "{}"};
    const auto body = bodies.find(path);
    if (path.starts_with("/services/srv-1/deploys/") && body == bodies.end())
      return api::Response{404, {}, "{}"};
    api::Response response{200, {}, body == bodies.end() ? "[]" : body->second};
    if (path == "/logs" && after_log) after_log();
    return response;
  }
  bool was_asked(std::string_view path) const { return std::ranges::find(asked, path) != asked.end(); }
  std::string log_target() const {
    const auto found =
        std::ranges::find_if(targets, [](const auto& one) { return one.starts_with("/logs"); });
    return found == targets.end() ? "" : *found;
  }
};

model::Workspace listed() {
  model::Workspace workspace;
  workspace.owner = {OwnerId("tea-1"), "team", "team"};
  model::Service service;
  service.id = ServiceId("srv-1");
  service.name = "core";
  service.dashboard_url = "https://dashboard.render.com/web/srv-1";
  workspace.services = {service};
  model::Group one;
  one.id = GroupId("evg-1");
  one.name = "evg-1-name";
  one.links = {ServiceId("srv-1")};
  model::Group two;
  two.id = GroupId("evg-2");
  two.name = "evg-2-name";
  workspace.groups = {one, two};
  return workspace;
}

Result<DeployLog> read(Render& render, const DeployId& deploy = {}, model::Workspace* groups = nullptr) {
  model::ApiSettings settings;
  settings.retries = 0;
  ServiceLogReader reader(listed(), {listed().services[0], deploy}, {}, settings, Budget{});
  Time now = start;
  for (int turn = 0; turn < 1000 && !reader.finished(); ++turn) {
    const Step step = reader.step(now);
    for (const Call& call : step.calls) reader.receive(now, {call.id, render.answer(call.request)});
    if (step.wake) now = std::max(now, *step.wake);
  }
  REQUIRE(reader.finished());
  if (groups != nullptr) *groups = reader.read();
  return reader.result();
}

}  // namespace

TEST_CASE(
    "every value is read before the log, every line is masked, and groups are listed again afterwards") {
  Render render;
  model::Workspace read_for_it;
  const auto log = read(render, {}, &read_for_it);
  REQUIRE(log.has_value());
  CHECK(log->deploy.id == DeployId("dep-2"));
  CHECK(log->lines == std::vector<std::string>{"••• •••", "••• •••"});
  REQUIRE(render.asked.size() == 8);
  CHECK(render.asked.front() == "/services/srv-1/deploys");
  CHECK(render.asked[6] == "/logs");
  CHECK(render.asked[7] == "/env-groups");
  CHECK(read_for_it.groups[0].variables->size() == 1);
  CHECK(read_for_it.deploys_of(ServiceId("srv-1")).size() == 2);
}

TEST_CASE("no line is requested if a value cannot be read, and the reason and the page are given") {
  struct Row {
    std::string_view path;
    int status;  // 0: the body
    std::string_view body;
    std::string_view why;
  };
  const Row rows[] = {
      {"/env-groups", 503, "", "could not read the groups"},
      {"/env-groups/evg-2", 403, "", "could not read the values of a group"},
      {"/services/srv-1/env-vars", 503, "", "could not read its own variables"},
      {"/services/srv-1/secret-files", 503, "", "could not read its secret files"},
      {"/env-groups/evg-2", 0, R"({"id":"evg-2","name":"n","envVars":[{"key":"B","value":"********"}]})",
       "Render hides"},
      {"/env-groups/evg-1", 0, R"({"id":"evg-1","name":"n","envVars":[],"serviceLinks":[{"id":"srv-1"}]})",
       "n shows no value"},
      {"/env-groups", 0, "[]", "evg-1-name no longer exists"},
      {"/env-groups", 0,
       R"([{"id":"evg-1","name":"n","serviceLinks":[]},{"id":"evg-2","name":"m","serviceLinks":[{"id":"srv-1"}]}])",
       "m was linked to it meanwhile"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Render render;
    if (row.status != 0) render.refused.emplace(row.path, row.status);
    if (row.status == 0) render.bodies[std::string(row.path)] = row.body;
    const auto log = read(render);
    REQUIRE_FALSE(log.has_value());
    CHECK(log.error().kind == ErrorKind::refused);
    CHECK(log.error().what == "The log of core is not shown");
    CHECK(log.error().why.find(row.why) != std::string::npos);
    CHECK(log.error().why.ends_with(", so values in it could not be masked"));
    CHECK(log.error().cure == "Read it at https://dashboard.render.com/web/srv-1/logs");
    CHECK_FALSE(render.was_asked("/logs"));
  }
}

TEST_CASE("a list of groups without an end shows no line") {
  Render render;
  std::string groups;
  for (int i = 0; i < 100; ++i)
    groups += fmt::format(R"({{"cursor":"c","envGroup":{}}},)", group_json(fmt::format("evg-{}", i), "", ""));
  groups.pop_back();
  // The same full page again and again: its cursor never changes.
  render.bodies["/env-groups"] = "[" + groups + "]";
  const auto log = read(render);
  REQUIRE_FALSE(log.has_value());
  CHECK(log.error().kind == ErrorKind::refused);
  CHECK_FALSE(render.was_asked("/logs"));
}

TEST_CASE("lines are dropped if a group was linked while the log was read") {
  Render render;
  render.after_log = [&] {
    render.bodies["/env-groups"] =
        fmt::format("[{},{}]", group_json("evg-1", "", linked), group_json("evg-3", "", linked));
  };
  const auto log = read(render);
  REQUIRE_FALSE(log.has_value());
  CHECK(log.error().why.starts_with("evg-3-name was linked to it meanwhile"));
}

TEST_CASE("a log that cannot be read is an error, and an empty one is none") {
  Render render;
  render.refused.emplace("/logs", 503);
  const auto unread = read(render);
  REQUIRE_FALSE(unread.has_value());
  CHECK(unread.error().kind == ErrorKind::general);
  CHECK(unread.error().why.starts_with("could not read its log"));
  Render silent;
  silent.bodies["/logs"] = R"({"logs":[]})";
  const auto empty = read(silent);
  REQUIRE(empty.has_value());
  CHECK(empty->lines.empty());
}

TEST_CASE("the deploy is the newest, or the named one, whether it is listed or older") {
  Render render;
  const auto live = read(render, DeployId("dep-1"));
  REQUIRE(live.has_value());
  CHECK(live->deploy.id == DeployId("dep-1"));
  render.bodies["/services/srv-1/deploys/dep-0"] =
      deploy_json("dep-0", "deactivated", start - std::chrono::hours(9));
  const auto older = read(render, DeployId("dep-0"));
  REQUIRE(older.has_value());
  CHECK(older->deploy.id == DeployId("dep-0"));
  const auto none = read(render, DeployId("dep-9"));
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().what == "Service core has no deploy dep-9");
  CHECK(none.error().cure == "Its newest deploy is dep-2.");
  render.bodies.erase("/services/srv-1/deploys");
  const auto never = read(render);
  REQUIRE_FALSE(never.has_value());
  CHECK(never.error().what == "Service core has no log: it was never deployed");
}

TEST_CASE("the log of a deploy begins with it and ends with it or with what replaced it") {
  Render render;
  REQUIRE(read(render).has_value());
  CHECK(render.log_target().find("startTime=" + std::string("1970-02-11T15%3A55")) != std::string::npos);
  CHECK(render.log_target().find("&type=build") != std::string::npos);
  CHECK(render.log_target().find("&type=app") == std::string::npos);

  const auto deploy = [](std::string_view id, model::DeployStatus status, int minute) {
    model::Deploy made;
    made.id = DeployId(std::string(id));
    made.status = status;
    made.created = start + std::chrono::minutes(minute);
    made.finished = start + std::chrono::minutes(minute + 2);
    return made;
  };
  using model::DeployStatus;
  const auto minutes = [](int count) { return start + std::chrono::minutes(count); };
  const Duration late = std::chrono::seconds(5);
  const std::vector<model::Deploy> newest_first = {
      deploy("dep-4", DeployStatus::live, 30), deploy("dep-3", DeployStatus::canceled, 21),
      deploy("dep-2", DeployStatus::deactivated, 20), deploy("dep-1", DeployStatus::deactivated, 10)};
  CHECK_FALSE(printed_all_by(newest_first[0], newest_first).has_value());
  CHECK(printed_all_by(newest_first[1], newest_first) == minutes(23) + late);
  CHECK(printed_all_by(newest_first[2], newest_first) == minutes(22) + late);  // the next began before
  CHECK(printed_all_by(newest_first[3], newest_first) == minutes(20));
  CHECK(printed_all_by(deploy("dep-0", DeployStatus::deactivated, 0), newest_first) == minutes(2) + late);
}

TEST_CASE("an interrupt ends the reading, and nothing is shown") {
  ServiceLogReader reader(listed(), {listed().services[0], {}}, {}, {}, Budget{});
  CHECK(reader.step(start).calls.size() == 1);
  reader.interrupt(start);
  REQUIRE(reader.finished());
  CHECK(reader.result().error().kind == ErrorKind::interrupted);
}

TEST_CASE("a value that is known to have changed after the deploy began is lost") {
  const model::Workspace actual = listed();
  const model::Service& service = actual.services[0];
  model::Deploy deploy;
  deploy.id = DeployId("dep-2");
  deploy.created = began;
  const GroupId one("evg-1");
  const auto reading = [](int minutes) {
    const Time time = began + std::chrono::minutes(minutes);
    return model::Reading{time, time + std::chrono::seconds(1)};
  };
  plan::History::State state;
  state.values = {{1, {{"A", "before"}}}, {2, {{"A", "now"}}}, {3, {{"A", ""}}}};
  state.groups[one] = {{1, reading(-3), reading(-2)}};
  const auto lost = [&] { return lost_value(plan::History(state), service, deploy, actual); };
  const auto carries = [&](std::vector<plan::CarriedGroup> groups) {
    state.deploys[service.id] = {{.deploy = deploy.id, .ended = true, .groups = std::move(groups)}};
  };
  CHECK(lost().empty());

  // Nothing is known of the deploy: the times of the readings count.
  state.groups[one].push_back({2, reading(-1), reading(0)});
  CHECK(lost().empty());
  state.groups[one].back().first = reading(1);
  CHECK(lost() == "values of evg-1-name changed, maybe after the deploy began");

  carries({{one, 2, true}});
  CHECK(lost().empty());
  const auto link = [&](std::string id, bool is_linked, model::Reading last) {
    const plan::History::LinkSeen seen{GroupId(id), service.id, is_linked, reading(-9), last, {}};
    state.links = {{{service.id, GroupId(id)}, seen}};
  };
  link("evg-9", true, reading(-1));
  CHECK(lost().empty());
  link("evg-9", true, reading(1));
  CHECK(lost() == "group evg-9 was linked and no longer exists");
  state.links.clear();

  // A group that is not linked now, and was seen so after the deploy began.
  const GroupId two("evg-2");
  state.groups[two] = {{1, reading(-3), reading(-2)}, {2, reading(1), reading(2)}};
  CHECK(lost().empty());
  const plan::History::LinkSeen unlinked{two, service.id, false, reading(2), reading(2), {}};
  state.links = {{{service.id, two}, unlinked}};
  CHECK(lost() == "values of evg-2-name changed, maybe after the deploy began");
  state.links.clear();

  carries({{one, 1, true}});
  CHECK(lost() == "A of evg-1-name changed after the deploy began");
  carries({{one, 3, false}});
  CHECK(lost() == "A of evg-1-name changed, maybe after the deploy began");
  carries({{one, 2, true}, {GroupId("evg-2"), 0, true}});
  CHECK(lost() == "the deploy began with group evg-2-name, which is no longer linked");
  carries({{one, 2, true}, {GroupId("evg-9"), 0, true}});
  CHECK(lost() == "the deploy began with group evg-9, which no longer exists");
}
