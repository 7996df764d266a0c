// GET /services/{id}/events: how deploys began and ended, told from the deploys themselves.

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
  const std::string* start = query.first("startTime");
  const std::string* end = query.first("endTime");
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

void write_ended(JsonWriter& json, const Deploy& deploy, std::uint64_t number) {
  const bool succeeded = deploy.status == DeployStatus::live || deploy.status == DeployStatus::deactivated;
  const bool canceled = deploy.status == DeployStatus::canceled;
  json.member("deployStatus", succeeded ? "succeeded" : canceled ? "canceled" : "failed");
  // 2 was seen for success; the other numbers of this deprecated field are made up.
  json.member("status", succeeded ? 2 : canceled ? 4 : 3);
  json.key("reason");
  json.begin_object();
  if (deploy.status == DeployStatus::build_failed) {
    json.key("buildFailed");
    json.begin_object();
    json.member("id", make_id("bld-", number));
    json.end_object();
  } else if (!succeeded && !canceled) {
    json.key("failure");
    json.begin_object();
    json.member("evicted", false);
    json.member("nonZeroExit", 1);
    json.end_object();
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
  const auto write = [&](const Deploy& deploy, std::uint64_t number, std::optional<Time> at, bool ended) {
    const std::string_view type = ended ? "deploy_ended" : "deploy_started";
    if (!at || *at < span.from || *at > span.to || !query.wants("type", type)) return;
    if (!asked.page.take(number)) return;
    const std::string id = make_id("evt-", world.seed + number);
    json.begin_object();
    json.key("event");
    json.begin_object();
    json.member("id", id);
    write_time(json, "timestamp", *at);
    json.member("serviceId", service.seed.id);
    json.member("type", type);
    json.key("details");
    json.begin_object();
    json.member("deployId", deploy.id);
    if (ended) {
      write_ended(json, deploy, number);
    } else {
      write_started(json, deploy);
    }
    json.end_object();
    json.end_object();
    json.member("cursor", make_cursor(number, id));
    json.end_object();
  };
  for (auto deploy = service.deploys.rbegin(); deploy != service.deploys.rend(); ++deploy) {
    const Deploy& one = world.deploys[*deploy];
    write(one, 2 * *deploy + 1, one.finished, true);
    write(one, 2 * *deploy, one.started, false);
  }
  json.end_array();
  return answer(std::move(json));
}

}  // namespace envlink::emulator
