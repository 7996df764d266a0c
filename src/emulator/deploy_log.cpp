#include "emulator/deploy_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "emulator/deploy_events.h"
#include "emulator/deploys.h"
#include "emulator/variables.h"

namespace envlink::emulator {
namespace {

using model::DeployStatus;
using Texts = std::vector<std::string>;

/// Values that a careless program prints: one from each of the service's sources, as of the deploy.
Texts given_values(const WorldState& world, const Service& service, const Deploy& deploy) {
  Texts lines;
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

/// A build, a pre-deploy command or a start.
struct Phase {
  Time from;
  Duration length;
  bool failed = false;
  LineType type = LineType::app;
  Texts first;    // when it starts
  Texts success;  // when it ends
  Texts failure;
};

Phase build_phase(const Service& service, const Deploy& deploy) {
  const Details& details = service.details;
  const bool site = service.seed.type == model::ServiceType::static_site;
  const std::string& command = site ? details.static_build : details.commands.build;
  Phase phase;
  phase.type = LineType::build;
  phase.failed = deploy.status == DeployStatus::build_failed;
  phase.first = {
      fmt::format("==> Cloning from {}", service.source.repo),
      fmt::format("==> Checking out commit {} in branch {}", deploy.commit.id, service.source.branch),
      fmt::format("==> Running build command '{}'...", command)};
  phase.success = {"added 214 packages in 6s", "==> Build successful"};
  // Build tools colour their output: escape sequences are kept.
  phase.failure = {"added 214 packages in 6s", "\x1b[31mnpm ERR!\x1b[0m missing script: build",
                   "==> Build failed"};
  return phase;
}

Phase pre_deploy_phase(const Service& service, const Deploy& deploy) {
  const std::string& command = service.details.pre_deploy;
  Phase phase;
  phase.failed = deploy.status == DeployStatus::pre_deploy_failed;
  phase.first = {
      fmt::format("==> Running pre-deploy command '{}'...", command.empty() ? "npm run migrate" : command)};
  phase.success = {"==> Pre-deploy complete"};
  phase.failure = {"\x1b[31mError:\x1b[0m relation \"users\" does not exist", "==> Pre-deploy has failed"};
  return phase;
}

Phase start_phase(const Service& service, const Deploy& deploy) {
  const std::string& health = service.details.health_check_path;
  const std::string& command = service.details.commands.start;
  Phase phase;
  phase.failed = deploy.status == DeployStatus::update_failed;
  phase.first = {deploy.image_ref.empty() ? fmt::format("==> Running '{}'", command)
                                          : fmt::format("==> Running {}", deploy.image_ref)};
  phase.success = {"Listening on port 10000", "==> Your service is live"};
  phase.failure = {"Error: connect ECONNREFUSED 127.0.0.1:5432", "==> Exited with status 1"};
  if (health.empty()) return phase;
  phase.success.insert(phase.success.begin() + 1, fmt::format("GET {} 200", health));
  phase.failure = {fmt::format("GET {} 503", health),
                   fmt::format("==> HTTP health check failed on {}", health)};
  return phase;
}

/// The phases that the deploy has come to.
std::vector<Phase> phases_of(const WorldState& world, std::size_t index) {
  const Deploy& deploy = world.deploys[index];
  const Service& service = world.services[deploy.service];
  const SeedService& seed = service.seed;
  const auto time = [&](Happening what) { return time_of(world, {index, what}); };
  const auto build = time(Happening::build_started);
  const auto pre_deploy = time(Happening::pre_deploy_started);
  std::vector<Phase> phases;
  const auto add = [&](Phase phase, Time from, Duration length) {
    phase.from = from;
    phase.length = world.scaled(length);
    phases.push_back(std::move(phase));
  };
  if (build) add(build_phase(service, deploy), *build, seed.build);
  if (pre_deploy) add(pre_deploy_phase(service, deploy), *pre_deploy, seed.pre_deploy);
  if (!has_instances(service)) return phases;
  const auto start = has_pre_deploy(service) ? time(Happening::pre_deploy_ended)
                     : build                 ? time(Happening::build_ended)
                                             : deploy.started;
  const bool failed_before = !phases.empty() && phases.back().failed;
  if (start && !failed_before) add(start_phase(service, deploy), *start, seed.start);
  return phases;
}

class Log {
 public:
  Log(const WorldState& world, std::size_t deploy) : world_(world), deploy_(deploy) {}

  /// The first lines follow the start of the phase, the last ones lead to its end, each in its half of the
  /// phase. No two have the same time: a page of a log ends at a time.
  void add(const Phase& phase, const Texts& last) {
    const auto step_of = [&](const Texts& texts) {
      const auto count = static_cast<Duration::rep>(std::max<std::size_t>(texts.size(), 1));
      return std::min<Duration>(std::chrono::milliseconds(400), phase.length / 2 / count);
    };
    Time at = phase.from;
    for (const std::string& text : phase.first) write(at += step_of(phase.first), phase.type, text);
    at = phase.from + phase.length - step_of(last) * static_cast<Duration::rep>(last.size());
    for (const std::string& text : last) write(at += step_of(last), phase.type, text);
  }

  std::vector<LogLine> take() { return std::move(lines_); }

 private:
  void write(Time at, LineType type, std::string text) {
    const Deploy& deploy = world_.deploys[deploy_];
    const std::size_t number = number_++;
    const bool stopped = deploy.status == DeployStatus::canceled && at >= deploy.finished;
    if (at <= world_.now && !stopped) lines_.push_back({at, deploy_, number, type, std::move(text)});
  }

  const WorldState& world_;
  std::size_t deploy_;
  std::size_t number_ = 0;
  std::vector<LogLine> lines_;
};

}  // namespace

std::vector<LogLine> log_of(const WorldState& world, std::size_t index) {
  const Deploy& deploy = world.deploys[index];
  const Service& service = world.services[deploy.service];
  // Without pipeline minutes there is no build and no output.
  const bool refused = service.seed.cause == Cause::pipeline_minutes_exhausted && !succeeded(deploy);
  Log log(world, index);
  if (refused || !deploy.started) return log.take();
  for (const Phase& phase : phases_of(world, index)) {
    Texts last = phase.success;
    if (phase.failed) {
      last = given_values(world, service, deploy);
      last.insert(last.end(), phase.failure.begin(), phase.failure.end());
    }
    log.add(phase, last);
  }
  return log.take();
}

}  // namespace envlink::emulator
