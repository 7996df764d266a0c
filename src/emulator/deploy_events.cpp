#include "emulator/deploy_events.h"

#include "emulator/deploys.h"
#include "emulator/ids.h"

namespace envlink::emulator {
namespace {

using model::DeployStatus;

const Service& service_of(const WorldState& world, const Deploy& deploy) {
  return world.services[deploy.service];
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

/// Render reports the other causes in the end of the deploy.
bool is_event(Cause cause) {
  return cause != Cause::none && cause != Cause::new_build && cause != Cause::evicted;
}

std::string build_id(const WorldState& world, std::size_t deploy) {
  return make_id("bld-", world.seed + happenings.size() * deploy);
}

/// The prefix of Render's ids is unknown.
std::string execution_id(const WorldState& world, std::size_t deploy) {
  return make_id("exc-", world.seed + happenings.size() * deploy);
}

/// Whether the deploy came to `at`, where one of its phases ends and the next begins.
bool reached(const WorldState& world, const Deploy& deploy, Time at) {
  return at <= world.now && (!deploy.finished || at <= *deploy.finished);
}

std::optional<Time> build_time(const WorldState& world, const Deploy& deploy, Happening what) {
  if (!is_built(deploy)) return std::nullopt;
  if (what == Happening::build_started) return deploy.started;
  if (deploy.status == DeployStatus::build_failed) return deploy.finished;
  const Time end = *deploy.started + world.scaled(service_of(world, deploy).seed.build);
  return reached(world, deploy, end) ? std::optional(end) : std::nullopt;
}

std::optional<Time> pre_deploy_time(const WorldState& world, const Deploy& deploy, Happening what) {
  const SeedService& seed = service_of(world, deploy).seed;
  const bool fails = deploy.status == DeployStatus::pre_deploy_failed;
  if (!has_pre_deploy(service_of(world, deploy)) || deploy.status == DeployStatus::build_failed)
    return std::nullopt;
  if (what == Happening::pre_deploy_ended && fails) return deploy.finished;
  Time at = *deploy.started + (is_built(deploy) ? world.scaled(seed.build) : Duration{0});
  if (what == Happening::pre_deploy_ended) at += world.scaled(seed.pre_deploy);
  // A deploy that was canceled at the end of a phase did not begin the next.
  const bool stopped = deploy.status == DeployStatus::canceled && at >= deploy.finished;
  return reached(world, deploy, at) && !stopped ? std::optional(at) : std::nullopt;
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

/// The end of a build or a pre-deploy command.
void write_phase_ended(json::Writer& out, std::string_view name, const Service& service, const Deploy& deploy,
                       bool failed) {
  write_status(out, name, failed ? "failed" : "succeeded");
  out("reason", [&](json::Writer& reason) {
    if (failed) write_failure(reason, service, deploy);
  });
}

void write_deploy_ended(json::Writer& out, const Service& service, const Deploy& deploy,
                        std::string_view status, const std::string& build) {
  write_status(out, "deployStatus", status);
  out("reason", [&](json::Writer& reason) {
    if (service.seed.cause == Cause::new_build && !succeeded(deploy)) {
      reason("newBuild", [&](json::Writer& newer) { newer("id", make_id("bld-", 1)); });
    } else if (deploy.status == DeployStatus::build_failed && is_built(deploy)) {
      reason("buildFailed", [&](json::Writer& failed) { failed("id", build); });
    } else if (status == "failed") {
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

}  // namespace

std::optional<Time> time_of(const WorldState& world, const DeployEvent& event) {
  const Deploy& deploy = world.deploys[event.deploy];
  switch (event.what) {
    case Happening::deploy_ended:
      return deploy.finished;
    case Happening::service_cause:
      return is_event(service_of(world, deploy).seed.cause) && !succeeded(deploy) ? deploy.finished
                                                                                  : std::nullopt;
    case Happening::deploy_started:
      return deploy.started;
    case Happening::build_started:
    case Happening::build_ended:
      return deploy.started ? build_time(world, deploy, event.what) : std::nullopt;
    case Happening::pre_deploy_started:
    case Happening::pre_deploy_ended:
      return deploy.started ? pre_deploy_time(world, deploy, event.what) : std::nullopt;
  }
  return std::nullopt;
}

std::uint64_t number_of(const DeployEvent& event) {
  return happenings.size() * event.deploy + static_cast<std::uint64_t>(event.what);
}

std::string id_of(const WorldState& world, const DeployEvent& event) {
  return make_id("evt-", world.seed + number_of(event));
}

std::string_view type_of(const WorldState& world, const DeployEvent& event) {
  static constexpr std::array<std::string_view, happenings.size()> types = {
      word(EventType::deploy_started),     word(EventType::build_started),    word(EventType::build_ended),
      word(EventType::pre_deploy_started), word(EventType::pre_deploy_ended), "",
      word(EventType::deploy_ended)};
  if (event.what == Happening::service_cause)
    return word(service_of(world, world.deploys[event.deploy]).seed.cause);
  return types.at(static_cast<std::size_t>(event.what));
}

std::string_view status_of(const WorldState& world, const DeployEvent& event) {
  const Deploy& deploy = world.deploys[event.deploy];
  if (event.what == Happening::build_ended)
    return deploy.status == DeployStatus::build_failed ? "failed" : "succeeded";
  if (event.what != Happening::deploy_ended) return {};
  if (succeeded(deploy)) return "succeeded";
  return deploy.status == DeployStatus::canceled ? "canceled" : "failed";
}

void write_details(json::Writer& out, const WorldState& world, const DeployEvent& event) {
  const Deploy& deploy = world.deploys[event.deploy];
  const Service& service = service_of(world, deploy);
  const std::string build = build_id(world, event.deploy);
  switch (event.what) {
    case Happening::deploy_started:
      out("deployId", deploy.id);
      return write_started(out, deploy);
    case Happening::build_started:
      out("buildId", build);
      return write_started(out, deploy);
    case Happening::build_ended:
      out("buildId", build);
      return write_phase_ended(out, "buildStatus", service, deploy,
                               deploy.status == DeployStatus::build_failed);
    case Happening::pre_deploy_started:
    case Happening::pre_deploy_ended:
      out("deployCommandExecutionId", execution_id(world, event.deploy));
      out("deployId", deploy.id);
      if (event.what == Happening::pre_deploy_started) return;
      return write_phase_ended(out, "preDeployStatus", service, deploy,
                               deploy.status == DeployStatus::pre_deploy_failed);
    case Happening::service_cause:
      return write_service_cause(out, service, deploy, build);
    case Happening::deploy_ended:
      out("deployId", deploy.id);
      return write_deploy_ended(out, service, deploy, status_of(world, event), build);
  }
}

}  // namespace envlink::emulator
