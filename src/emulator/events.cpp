// GET /services/{id}/events: how deploys and their builds began and ended, told from the deploys themselves.

#include "emulator/ids.h"
#include "emulator/paging.h"
#include "emulator/routes.h"

namespace envlink::emulator {
namespace {

using model::DeployStatus;

struct Span {
  Time from;
  Time to;
};

/// Render looks back one hour unless told otherwise.
Span span_of(const WorldState& world, const Query& query) {
  const auto start = query.first("startTime");
  const auto end = query.first("endTime");
  Span span;
  span.to = end ? parse_rfc3339(*end).value_or(world.now) : world.now;
  span.from = start ? parse_rfc3339(*start).value_or(Time{}) : span.to - std::chrono::hours(1);
  return span;
}

void write_started(JsonWriter& json, const Deploy& deploy) {
  json.key("trigger");
  json.begin_object();
  json.member("firstBuild", false);
  json.member("envUpdated", deploy.trigger == "service_updated");
  json.member("manual", false);
  json.member("deployedByRender", false);
  json.member("clearCache", deploy.clear_cache);
  json.member("rollback", deploy.mode == DeployMode::rollback);
  if (deploy.trigger == "new_commit") json.member("newCommit", deploy.commit);
  if (!deploy.rollback_target.empty()) json.member("rollbackTargetDeployId", deploy.rollback_target);
  json.end_object();
}

enum class Happening : std::uint64_t { deploy_started, build_started, build_ended, deploy_ended };
constexpr std::uint64_t happenings = 4;

std::string_view to_string(Happening what) {
  constexpr std::string_view names[] = {"deploy_started", "build_started", "build_ended", "deploy_ended"};
  return names[static_cast<std::size_t>(what)];
}

std::string build_id(const WorldState& world, std::size_t deploy) {
  return make_id("bld-", world.seed + happenings * deploy);
}

bool is_built(const Service& service, const Deploy& deploy) {
  return deploy.mode == DeployMode::build_and_deploy && !service.seed.image;
}

std::optional<Time> time_of(const WorldState& world, const Service& service, const Deploy& deploy,
                            Happening what) {
  if (what == Happening::deploy_ended) return deploy.finished;
  if (what == Happening::deploy_started || !deploy.started) return deploy.started;
  if (!is_built(service, deploy)) return std::nullopt;
  if (what == Happening::build_started) return deploy.started;
  if (deploy.status == DeployStatus::build_failed) return deploy.finished;
  const Time end = *deploy.started + world.scaled(service.seed.build);
  const bool reached = end <= world.now && (!deploy.finished || end <= *deploy.finished);
  return reached ? std::optional(end) : std::nullopt;
}

/// Which failure Render names for which phase is unknown; these are plausible ones.
void write_failure(JsonWriter& json, const Service& service, const Deploy& deploy) {
  const std::string& health = service.seed.health_check_path;
  json.key("failure");
  json.begin_object();
  json.member("evicted", false);
  if (deploy.status == DeployStatus::update_failed && !health.empty()) {
    json.member("unhealthy", "HTTP health check failed on " + health);
  } else {
    json.member("nonZeroExit", 1);
  }
  json.end_object();
}

// 2 was seen for success; the other numbers of this deprecated field are made up.
void write_status(JsonWriter& json, std::string_view name, std::string_view word) {
  json.member(name, word);
  json.member("status", word == "succeeded" ? 2 : word == "canceled" ? 4 : 3);
}

void write_build_ended(JsonWriter& json, const Service& service, const Deploy& deploy) {
  const bool failed = deploy.status == DeployStatus::build_failed;
  write_status(json, "buildStatus", failed ? "failed" : "succeeded");
  json.key("reason");
  json.begin_object();
  if (failed) write_failure(json, service, deploy);
  json.end_object();
}

void write_deploy_ended(JsonWriter& json, const Service& service, const Deploy& deploy,
                        const std::string& build) {
  const bool succeeded = deploy.status == DeployStatus::live || deploy.status == DeployStatus::deactivated;
  const bool canceled = deploy.status == DeployStatus::canceled;
  write_status(json, "deployStatus", succeeded ? "succeeded" : canceled ? "canceled" : "failed");
  json.key("reason");
  json.begin_object();
  if (deploy.status == DeployStatus::build_failed && is_built(service, deploy)) {
    json.key("buildFailed");
    json.begin_object();
    json.member("id", build);
    json.end_object();
  } else if (!succeeded && !canceled) {
    write_failure(json, service, deploy);
  }
  json.end_object();
}

void write_details(JsonWriter& json, const Service& service, const Deploy& deploy, Happening what,
                   const std::string& build) {
  const bool of_build = what == Happening::build_started || what == Happening::build_ended;
  json.key("details");
  json.begin_object();
  json.member(of_build ? "buildId" : "deployId", of_build ? build : deploy.id);
  if (what == Happening::deploy_ended) {
    write_deploy_ended(json, service, deploy, build);
  } else if (what == Happening::build_ended) {
    write_build_ended(json, service, deploy);
  } else {
    write_started(json, deploy);
  }
  json.end_object();
}

}  // namespace

Reply service_events(WorldState& world, const Call& call, std::size_t index) {
  const Query& query = call.target.query;
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const Service& service = world.services[index];
  const Span span = span_of(world, query);
  JsonWriter json;
  json.begin_array();
  const auto write = [&](std::size_t index_of_deploy, Happening what) {
    const Deploy& deploy = world.deploys[index_of_deploy];
    const std::uint64_t number = happenings * index_of_deploy + static_cast<std::uint64_t>(what);
    const std::optional<Time> at = time_of(world, service, deploy, what);
    if (!at || *at < span.from || *at > span.to || !query.wants("type", to_string(what))) return;
    if (!asked.page.take(number)) return;
    const std::string id = make_id("evt-", world.seed + number);
    json.begin_object();
    json.key("event");
    json.begin_object();
    json.member("id", id);
    write_time(json, "timestamp", *at);
    json.member("serviceId", service.seed.id);
    json.member("type", to_string(what));
    write_details(json, service, deploy, what, build_id(world, index_of_deploy));
    json.end_object();
    json.member("cursor", make_cursor(number, id));
    json.end_object();
  };
  for (auto deploy = service.deploys.rbegin(); deploy != service.deploys.rend(); ++deploy) {
    for (const Happening what : {Happening::deploy_ended, Happening::build_ended, Happening::build_started,
                                 Happening::deploy_started}) {
      write(*deploy, what);
    }
  }
  json.end_array();
  return answer(std::move(json));
}

}  // namespace envlink::emulator
