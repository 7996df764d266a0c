// GET /services/{id}/events: the start and end of deploys and their builds, derived from the deploys.

#include <array>

#include "emulator/ids.h"
#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

using model::DeployStatus;

struct Span {
  Time from;
  Time to;
};

/// Render's default: the last hour.
Span span_of(const WorldState& world, const Query& query) {
  const auto start = query.first("startTime");
  const auto end = query.first("endTime");
  Span span;
  span.to = end ? parse_rfc3339(*end).value_or(world.now) : world.now;
  span.from = start ? parse_rfc3339(*start).value_or(Time{}) : span.to - std::chrono::hours(1);
  return span;
}

void write_started(json::Writer& out, const Deploy& deploy) {
  out("trigger", [&](json::Writer& trigger) {
    trigger("firstBuild", false);
    trigger("envUpdated", deploy.trigger == "service_updated");
    trigger("manual", false);
    trigger("deployedByRender", false);
    trigger("clearCache", deploy.clear_cache);
    trigger("rollback", deploy.mode == DeployMode::rollback);
    if (deploy.trigger == "new_commit") trigger("newCommit", deploy.commit.id);
    trigger.if_any("rollbackTargetDeployId", deploy.rollback_target);
  });
}

enum class Happening : std::uint64_t {
  deploy_started,
  build_started,
  build_ended,
  service_cause,
  deploy_ended
};
constexpr std::uint64_t happenings = 5;

/// The event for each cause that affects the whole service.
std::string_view type_of(Happening what, const Service& service) {
  constexpr std::array<std::string_view, 5> types = {"deploy_started", "build_started", "build_ended", "",
                                                     "deploy_ended"};
  return what == Happening::service_cause ? word(service.seed.cause)
                                          : types.at(static_cast<std::size_t>(what));
}

bool succeeded(const Deploy& deploy) {
  return deploy.status == DeployStatus::live || deploy.status == DeployStatus::deactivated;
}

/// Render reports the other causes in the end of the deploy.
bool is_event(Cause cause) {
  return cause != Cause::none && cause != Cause::new_build && cause != Cause::evicted;
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
  if (what == Happening::service_cause)
    return is_event(service.seed.cause) && !succeeded(deploy) ? deploy.finished : std::nullopt;
  if (what == Happening::deploy_started || !deploy.started) return deploy.started;
  if (!is_built(service, deploy)) return std::nullopt;
  if (what == Happening::build_started) return deploy.started;
  if (deploy.status == DeployStatus::build_failed) return deploy.finished;
  const Time end = *deploy.started + world.scaled(service.seed.build);
  const bool reached = end <= world.now && (!deploy.finished || end <= *deploy.finished);
  return reached ? std::optional(end) : std::nullopt;
}

/// Render's failure for each phase is unknown; these are plausible.
void write_failure(json::Writer& out, const Service& service, const Deploy& deploy) {
  // The image or artifact was missing: its own event says why.
  const Cause cause = service.seed.cause;
  if (cause == Cause::image_pull_failed || cause == Cause::artifact_fetch_failed) return;
  const std::string& health = service.details.health_check_path;
  out("failure", [&](json::Writer& failure) {
    failure("evicted", cause == Cause::evicted);
    if (cause == Cause::evicted) {
      failure("evictionReason", "node pressure");
    } else if (deploy.status == DeployStatus::update_failed && !health.empty()) {
      failure("unhealthy", "HTTP health check failed on " + health);
    } else {
      failure("nonZeroExit", 1);
    }
  });
}

// 2 was observed for success; the other numbers of this deprecated field are invented.
void write_status(json::Writer& out, std::string_view name, std::string_view status) {
  out(name, status);
  out("status", status == "succeeded" ? 2 : status == "canceled" ? 4 : 3);
}

void write_build_ended(json::Writer& out, const Service& service, const Deploy& deploy) {
  const bool failed = deploy.status == DeployStatus::build_failed;
  write_status(out, "buildStatus", failed ? "failed" : "succeeded");
  out("reason", [&](json::Writer& reason) {
    if (failed) write_failure(reason, service, deploy);
  });
}

void write_deploy_ended(json::Writer& out, const Service& service, const Deploy& deploy,
                        const std::string& build) {
  const bool canceled = deploy.status == DeployStatus::canceled;
  write_status(out, "deployStatus", succeeded(deploy) ? "succeeded" : canceled ? "canceled" : "failed");
  out("reason", [&](json::Writer& reason) {
    if (service.seed.cause == Cause::new_build && !succeeded(deploy)) {
      reason("newBuild", [&](json::Writer& newer) { newer("id", make_id("bld-", 1)); });
    } else if (deploy.status == DeployStatus::build_failed && is_built(service, deploy)) {
      reason("buildFailed", [&](json::Writer& failed) { failed("id", build); });
    } else if (!succeeded(deploy) && !canceled) {
      write_failure(reason, service, deploy);
    }
  });
}

void write_service_cause(json::Writer& out, const Service& service, const Deploy& deploy,
                         const std::string& build) {
  switch (service.seed.cause) {
    case Cause::pipeline_minutes_exhausted:
      out("buildId", build);
      return write_started(out, deploy);
    case Cause::branch_deleted:
      out("deletedBranch", "next");
      return out("newBranch", "main");
    case Cause::suspender_added:
      return out("actor", "billing");
    case Cause::artifact_fetch_failed:
      return out("message", "no such digest");
    case Cause::image_pull_failed:
      out("message", "no such tag");
      return out("imageURL", "docker.io/example/app:gone");
    default:
      return;
  }
}

void write_details(json::Writer& out, const Service& service, const Deploy& deploy, Happening what,
                   const std::string& build) {
  if (what == Happening::service_cause) return write_service_cause(out, service, deploy, build);
  const bool of_build = what == Happening::build_started || what == Happening::build_ended;
  out(of_build ? "buildId" : "deployId", of_build ? build : deploy.id);
  if (what == Happening::deploy_ended) {
    write_deploy_ended(out, service, deploy, build);
  } else if (what == Happening::build_ended) {
    write_build_ended(out, service, deploy);
  } else {
    write_started(out, deploy);
  }
}

Reply list_events(WorldState& world, const Call& call, std::size_t index) {
  const Query& query = call.query();
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const Service& service = world.services[index];
  const Span span = span_of(world, query);
  const auto write = [&](json::Writer& out, std::size_t index_of_deploy, Happening what) {
    const Deploy& deploy = world.deploys[index_of_deploy];
    const std::uint64_t number = happenings * index_of_deploy + static_cast<std::uint64_t>(what);
    const std::optional<Time> at = time_of(world, service, deploy, what);
    if (!at || *at < span.from || *at > span.to || !query.wants("type", type_of(what, service))) return;
    if (!asked.page.take(number)) return;
    const std::string id = make_id("evt-", world.seed + number);
    out.object([&](json::Writer& item) {
      item("event", [&](json::Writer& event) {
        event("id", id);
        event("timestamp", *at);
        event("serviceId", service.seed.id);
        event("type", type_of(what, service));
        event("details", [&](json::Writer& details) {
          write_details(details, service, deploy, what, build_id(world, index_of_deploy));
        });
      });
      item("cursor", make_cursor(number, id));
    });
  };
  return answer_list([&](json::Writer& out) {
    for (auto deploy = service.deploys.rbegin(); deploy != service.deploys.rend(); ++deploy) {
      for (const Happening what : {Happening::deploy_ended, Happening::service_cause, Happening::build_ended,
                                   Happening::build_started, Happening::deploy_started}) {
        write(out, *deploy, what);
      }
    }
  });
}

constexpr Parameter filters[] = {
    {"type"}, time_parameter("startTime"), time_parameter("endTime"), cursor_parameter, limit_parameter};

}  // namespace

std::span<const Operation> event_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/services/{serviceId}/events", of_service<list_events>, filters, false, std::nullopt,
       "only events of deploys and builds, and the causes of their failures"}};
  return all;
}

}  // namespace envlink::emulator
