// GET /logs: a few lines for every deploy that failed, in the form that Render gives them.

#include <algorithm>
#include <array>
#include <tuple>

#include "emulator/ids.h"
#include "emulator/paging.h"
#include "emulator/routes.h"

namespace envlink::emulator {
namespace {

using model::DeployStatus;

struct Line {
  Time time;
  const Service* service;
  std::string_view type;  // build | app
  std::string_view text;
  std::size_t order = 0;  // among lines of the same time
};

// Build tools colour their output: the escape sequences come through as they are.
constexpr std::array<std::string_view, 4> build_lines = {
    "==> Running build command 'npm ci'...", "added 214 packages in 6s",
    "\x1b[31mnpm ERR!\x1b[0m missing script: build", "==> Build failed"};
constexpr std::array<std::string_view, 3> pre_deploy_lines = {
    "==> Running pre-deploy command 'npm run migrate'...", "Error: relation \"users\" does not exist",
    "==> Pre-deploy has failed"};
constexpr std::array<std::string_view, 3> start_lines = {
    "==> Running 'npm start'", "Error: connect ECONNREFUSED 127.0.0.1:5432", "==> Exited with status 1"};

template <std::size_t N>
void add(std::vector<Line>& lines, const Service& service, const Deploy& deploy, std::string_view type,
         const std::array<std::string_view, N>& texts) {
  const Time end = *deploy.finished;
  const Duration step = std::min<Duration>(std::chrono::milliseconds(400), (end - *deploy.started) / N);
  for (std::size_t i = 0; i < N; ++i) {
    lines.push_back(
        {end - step * static_cast<Duration::rep>(N - 1 - i), &service, type, texts[i], lines.size()});
  }
}

void add_deploy(std::vector<Line>& lines, const Service& service, const Deploy& deploy) {
  if (!deploy.started || !deploy.finished) return;
  if (deploy.status == DeployStatus::build_failed) add(lines, service, deploy, "build", build_lines);
  if (deploy.status == DeployStatus::pre_deploy_failed) add(lines, service, deploy, "app", pre_deploy_lines);
  if (deploy.status == DeployStatus::update_failed) add(lines, service, deploy, "app", start_lines);
}

void write_label(JsonWriter& json, std::string_view name, std::string_view value) {
  json.begin_object();
  json.member("name", name);
  json.member("value", value);
  json.end_object();
}

void write_line(JsonWriter& json, const Line& line) {
  json.begin_object();
  json.member("id", make_id("", static_cast<std::uint64_t>(line.time.time_since_epoch().count())));
  json.member("message", line.text);
  write_time(json, "timestamp", line.time);
  json.key("labels");
  json.begin_array();
  write_label(json, "resource", line.service->seed.id);
  write_label(json, "type", line.type);
  write_label(json, "level", line.text.find("rror") != std::string_view::npos ? "error" : "info");
  json.end_array();
  json.end_object();
}

Time time_or(const Query& query, std::string_view name, Time otherwise) {
  const std::string* text = query.first(name);
  return text ? parse_rfc3339(*text).value_or(otherwise) : otherwise;
}

}  // namespace

Reply logs(WorldState& world, const Call& call) {
  if (call.depth() > 2) return no_such_route();
  if (call.method != api::Method::get) return wrong_method();
  const Query& query = call.target.query;
  const std::string* owner = query.first("ownerId");
  if (!owner || !query.has("resource")) return refuse(400, "ownerId and resource are required");
  if (*owner != world.owner_id) return not_found(*owner);
  const PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const Time to = time_or(query, "endTime", world.now);
  const Time from = time_or(query, "startTime", to - std::chrono::hours(1));
  const std::string* direction = query.first("direction");
  const bool forward = direction && *direction == "forward";

  std::vector<Line> lines;
  for (const Deploy& deploy : world.deploys) {
    const Service& service = world.services[deploy.service];
    if (query.wants("resource", service.seed.id)) add_deploy(lines, service, deploy);
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

  JsonWriter json;
  json.begin_object();
  json.member("hasMore", more);
  const Time last = lines.empty() ? to : lines.back().time;
  write_time(json, "nextStartTime", forward && more ? last + Duration(1) : from);
  write_time(json, "nextEndTime", !forward && more ? last - Duration(1) : to);
  json.key("logs");
  json.begin_array();
  for (const Line& line : lines) write_line(json, line);
  json.end_array();
  json.end_object();
  return answer(std::move(json));
}

}  // namespace envlink::emulator
