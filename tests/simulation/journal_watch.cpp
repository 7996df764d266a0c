#include "journal_watch.h"

#include <fmt/format.h>
#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "violation.h"

namespace envlink::simulation {
namespace {

using engine::ServiceOutcome;

bool is_bad(ServiceOutcome outcome) {
  return outcome == ServiceOutcome::failed || outcome == ServiceOutcome::canceled ||
         outcome == ServiceOutcome::timed_out || outcome == ServiceOutcome::unsettled;
}

/// Whether `rest` begins with all parts, one after the other. Removes them.
bool take(std::string_view& rest, std::initializer_list<std::string_view> parts) {
  return std::ranges::all_of(parts, [&rest](std::string_view part) {
    const bool next = rest.starts_with(part);
    if (next) rest.remove_prefix(part.size());
    return next;
  });
}

bool takes_no_time(const Scenario& scenario) {
  const emulator::Behaviour usual;
  const emulator::Behaviour& behaviour = scenario.workspace.behaviour;
  return scenario.lone && scenario.hostility.most_faults == 0 && scenario.hostility.most_kills == 0 &&
         behaviour.read_limit == usual.read_limit && behaviour.deploy_limit == usual.deploy_limit;
}

}  // namespace

JournalWatch::JournalWatch(const Scenario& scenario) : quick_(takes_no_time(scenario)) {}

void JournalWatch::run_begins(const plan::Plan& plan) {
  plan_ = &plan;
  interrupted_ = false;
  parts_.assign(plan.services.size(), {});
  open_.clear();
  intended_.clear();
}

void JournalWatch::recorded(const engine::Event& event) {
  const auto link = [](const engine::EventLink& it) {
    return it.group.id.text() + "/" + it.service.id.text();
  };
  const auto answered = [this](const std::string& subject) { std::erase(open_, subject); };
  std::visit(engine::ByKind{[&](const engine::LinkIntended& it) {
                              intended_.push_back(link(it.link));
                              open_.push_back(link(it.link));
                              begins(it.link.service.position, true);
                            },
                            [&](const engine::DeployIntended& it) {
                              open_.push_back(it.service.id.text());
                              begins(it.service.position, false);
                            },
                            [&](const engine::LinkAnswered& it) { answered(link(it.link)); },
                            [&](const engine::DeployAnswered& it) {
                              answered(it.service.id.text());
                              parts_.at(it.service.position).since = event.at;
                            },
                            [&](const engine::ServiceEnded& it) { ends(event.at, it); },
                            [&](const engine::Interrupted&) { interrupted_ = true; },
                            [&](const engine::RunResumed&) { resumed(event.at); },
                            [&](const engine::SnapshotTaken& it) { begins(it.service.position, false); },
                            [&](const engine::DeployAttributed& it) {
                              begins(it.service.position, false);
                              Part& part = parts_.at(it.service.position);
                              if (!part.since) part.since = event.at;
                            },
                            [](const auto&) {}},
             event.what);
}

/// Without link changes, a service begins with a read, which is not in the journal.
void JournalWatch::begins(std::size_t service, bool just_now) {
  if (std::exchange(parts_.at(service).begun, true) || !just_now) return;
  const std::string& name = plan_->services[service].name;
  int under_way = 0;
  for (std::size_t other = 0; other < parts_.size(); ++other) {
    const Part& part = parts_[other];
    if (part.begun && part.outcome == ServiceOutcome::none) ++under_way;
    const bool halts = plan_->rollout.on_failure != model::OnFailure::continue_;
    if (halts && is_bad(part.outcome))
      throw Violation(
          fmt::format("{} was begun although {} had not come through", name, plan_->services[other].name));
  }
  if (interrupted_) throw Violation(fmt::format("{} was begun after an interrupt", name));
  if (under_way > plan_->rollout.max_parallel)
    throw Violation(fmt::format("{} was begun as number {} at a time, the file allows {}", name, under_way,
                                plan_->rollout.max_parallel));
}

void JournalWatch::ends(Time at, const engine::ServiceEnded& ended) {
  Part& part = parts_.at(ended.service.position);
  part.outcome = ended.state;
  constexpr Duration for_the_last_look = std::chrono::seconds(10);
  if (!quick_ || !part.since || at - *part.since <= plan_->rollout.timeout + for_the_last_look) return;
  throw Violation(fmt::format("invariant 8: {} was watched for {}, the file allows {}", ended.service.name,
                              format_duration(at - *part.since), format_duration(plan_->rollout.timeout)));
}

void JournalWatch::resumed(Time at) {
  interrupted_ = false;
  for (Part& part : parts_) {
    if (is_open(part.outcome)) part.outcome = ServiceOutcome::none;
    if (part.since) part.since = at;
  }
}

void JournalWatch::sent(const api::Request& request) const {
  const bool patch = request.method == api::Method::patch;
  const bool open = std::any_of(open_.begin(), open_.end(), [&](const std::string& subject) {
    const std::size_t slash = subject.find('/');
    std::string_view rest = request.target;
    if (slash == std::string::npos) return !patch && take(rest, {"/services/", subject, "/"});
    const std::string_view group = std::string_view(subject).substr(0, slash);
    const std::string_view service = std::string_view(subject).substr(slash + 1);
    if (patch) return take(rest, {"/services/", service}) && rest.empty();
    return take(rest, {"/env-groups/", group, "/services/", service}) && rest.empty();
  });
  if (!open)
    throw Violation(fmt::format("invariant 6: {} {} was sent, and the journal does not tell of it",
                                api::to_string(request.method), request.target));
}

bool JournalWatch::intended(const GroupId& group, const ServiceId& service) const {
  return std::ranges::any_of(intended_, [&](std::string_view subject) {
    return take(subject, {group.text(), "/", service.text()}) && subject.empty();
  });
}

}  // namespace envlink::simulation
