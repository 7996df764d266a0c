// GET /logs: a few lines for every failed deploy, in Render's format.

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "emulator/ids.h"
#include "emulator/operation.h"
#include "emulator/variables.h"

namespace envlink::emulator {
namespace {

using model::DeployStatus;

struct Line {
  Time time;
  const Service* service;
  std::string_view type;  // build | app
  std::string text;
  std::size_t order = 0;  // among lines with the same time
};

/// Values that a careless program prints: one from each of the service's sources, as of the deploy.
std::vector<std::string> given_values(const WorldState& world, const Service& service, const Deploy& deploy) {
  std::vector<std::string> lines;
  const auto add_first = [&](const Variables& pairs, std::string_view holder, bool files = false) {
    if (pairs.empty()) return;
    const auto& [name, now] = pairs[0];
    const std::string* taken = carried_value(world, deploy, holder, {files, name});
    lines.push_back(fmt::format("  {}=\x1b[33m{}\x1b[39m", name, taken != nullptr ? *taken : now));
  };
  for (const Group& group : world.groups) {
    const bool was_linked =
        std::find(deploy.groups.begin(), deploy.groups.end(), group.id) != deploy.groups.end();
    if (was_linked) add_first(group.variables, group.id);
  }
  add_first(service.seed.variables, service.seed.id);
  add_first(service.seed.secret_files, service.seed.id, true);
  if (!lines.empty()) lines.insert(lines.begin(), "Environment:");
  return lines;
}

/// Build tools colour their output: escape sequences are kept.
std::vector<std::string> texts_of(const WorldState& world, const Service& service, const Deploy& deploy) {
  std::vector<std::string> texts = given_values(world, service, deploy);
  const auto around = [&texts](std::string first, std::vector<std::string> last) {
    texts.insert(texts.begin(), std::move(first));
    texts.insert(texts.end(), last.begin(), last.end());
    return std::move(texts);
  };
  switch (deploy.status) {
    case DeployStatus::build_failed:
      return around(
          "==> Running build command 'npm ci && npm run build'...",
          {"added 214 packages in 6s", "\x1b[31mnpm ERR!\x1b[0m missing script: build", "==> Build failed"});
    case DeployStatus::pre_deploy_failed:
      return around("==> Running pre-deploy command 'npm run migrate'...",
                    {"\x1b[31mError:\x1b[0m relation \"users\" does not exist", "==> Pre-deploy has failed"});
    default:
      break;
  }
  const std::string& health = service.details.health_check_path;
  if (health.empty()) {
    return around("==> Running 'npm start'",
                  {"Error: connect ECONNREFUSED 127.0.0.1:5432", "==> Exited with status 1"});
  }
  return around("==> Running 'npm start'", {fmt::format("GET {} 503", health),
                                            fmt::format("==> HTTP health check failed on {}", health)});
}

void add_deploy(std::vector<Line>& lines, const WorldState& world, const Service& service,
                const Deploy& deploy) {
  const bool of_build = deploy.status == DeployStatus::build_failed;
  const bool failed = of_build || deploy.status == DeployStatus::pre_deploy_failed ||
                      deploy.status == DeployStatus::update_failed;
  // Without pipeline minutes there is no build and no output.
  const bool silent = service.seed.cause == Cause::pipeline_minutes_exhausted;
  if (!failed || silent || !deploy.started || !deploy.finished) return;
  std::vector<std::string> texts = texts_of(world, service, deploy);
  const auto count = static_cast<Duration::rep>(texts.size());
  const Duration step =
      std::min<Duration>(std::chrono::milliseconds(400), (*deploy.finished - *deploy.started) / count);
  for (Duration::rep left = count; std::string & text : texts) {
    const Time at = *deploy.finished - step * --left;
    lines.push_back({at, &service, of_build ? "build" : "app", std::move(text), lines.size()});
  }
}

struct Label {
  std::string_view name;
  std::string_view value;
};
void fields(auto& visit, json::Like<Label> auto& label) {
  visit("name", label.name);
  visit("value", label.value);
}

void write_line(json::Writer& out, const Line& line) {
  out("id", make_id("", static_cast<std::uint64_t>(line.time.time_since_epoch().count())));
  out("message", line.text);
  out("timestamp", line.time);
  out("labels",
      std::array<Label, 3>{{{"resource", line.service->seed.id},
                            {"type", line.type},
                            {"level", line.text.find("rror") != std::string::npos ? "error" : "info"}}});
}

Time time_or(const Query& query, std::string_view name, Time otherwise) {
  const auto text = query.first(name);
  return text ? parse_rfc3339(*text).value_or(otherwise) : otherwise;
}

Reply list_logs(WorldState& world, const Call& call) {
  const Query& query = call.query();
  const std::string_view owner = *query.first("ownerId");
  if (owner != world.owner_id) return not_found(owner);
  const PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const Time to = time_or(query, "endTime", world.now);
  const Time from = time_or(query, "startTime", to - std::chrono::hours(1));
  const auto direction = query.first("direction");
  const bool forward = direction && *direction == "forward";

  std::vector<Line> lines;
  for (const Deploy& deploy : world.deploys) {
    const Service& service = world.services[deploy.service];
    if (query.wants("resource", service.seed.id)) add_deploy(lines, world, service, deploy);
  }
  std::erase_if(lines, [&](const Line& line) {
    return line.time < from || line.time > to || !query.wants("type", line.type);
  });
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::tie(a.time, a.order) < std::tie(b.time, b.order);
  });
  if (!forward) std::reverse(lines.begin(), lines.end());
  const bool more = lines.size() > asked.page.room;
  if (more) lines.resize(asked.page.room);

  const Time last = lines.empty() ? to : lines.back().time;
  return answer_object([&](json::Writer& out) {
    out("hasMore", more);
    out("nextStartTime", forward && more ? last + Duration(1) : from);
    out("nextEndTime", !forward && more ? last - Duration(1) : to);
    out.list("logs", lines, write_line);
  });
}

constexpr std::string_view directions[] = {"forward", "backward"};
constexpr Parameter filters[] = {{"ownerId", ParameterKind::text, true},
                                 time_parameter("startTime"),
                                 time_parameter("endTime"),
                                 {"direction", ParameterKind::word, false, directions},
                                 {"resource", ParameterKind::text, true},
                                 {"instance"},
                                 {"host"},
                                 {"statusCode"},
                                 {"method"},
                                 {"task"},
                                 {"taskRun"},
                                 {"level"},
                                 {"type"},
                                 {"text"},
                                 {"path"},
                                 limit_parameter};

}  // namespace

std::span<const Operation> log_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/logs", list_logs, filters, false, BucketKind::logs,
       "lines of deploys only; `resource`, `type`, `level` and `text` filter, other filters match nothing"}};
  return all;
}

}  // namespace envlink::emulator
