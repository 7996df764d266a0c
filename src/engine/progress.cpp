#include "engine/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace envlink::engine {
namespace {

using model::Outcome;

/// Applies events to a value or link change. Most kinds of events do not concern one.
struct WriteFold {
  WriteProgress& write;
  Time at;

  void intended(int attempt) {
    write.phase = WritePhase::sent;
    write.attempts = attempt;
    ++write.unheard;
  }
  void answered(const auto& it) {
    write.phase = WritePhase::proving;
    write.trouble = it.why;
    if (it.http_status != 0) --write.unheard;
    write.answer = it.http_status;
    write.answered_at = it.server_time.value_or(at);
    write.dated = it.server_time.has_value();
  }
  void proved() {
    write.phase = WritePhase::proved;
    if (write.attempts == 1) write.unheard = 0;  // the only request has taken effect
    write.trouble.clear();
  }
  void failed(const std::string& why) {
    write.phase = WritePhase::failed;
    write.trouble = why;
  }

  void operator()(const ValueIntended& it) { intended(it.attempt); }
  void operator()(const ValueAnswered& it) { answered(it); }
  void operator()(const ValueProved& it) {
    proved();
    write.read_back = it.server_time;
  }
  void operator()(const ValueFailed& it) {
    failed(it.why);
    write.cure = it.cure;
    write.unchanged = it.unchanged;
  }
  void operator()(const LinkIntended& it) { intended(it.attempt); }
  void operator()(const LinkAnswered& it) { answered(it); }
  void operator()(const LinkProved&) { proved(); }
  void operator()(const LinkFailed& it) { failed(it.why); }
  void operator()(const auto&) {}
};

constexpr int made_with_group = 201;  // as if each had been requested by itself

struct GroupFold {
  Progress& progress;
  Time at;

  void operator()(const GroupIntended& it) { write().intended(it.attempt); }
  void operator()(const GroupAnswered& it) {
    WriteProgress& group = *progress.group;
    group.phase = WritePhase::proving;
    group.trouble = it.why;
    group.answer = it.http_status;
    // After a success that names no group, or a server error, the group may exist.
    if (it.not_sent || (it.http_status >= 400 && it.http_status < 500)) --group.unheard;
  }
  void operator()(const GroupMade& it) {
    write().proved();
    progress.group->unheard = 0;
    progress.made = it.group.id;
    for (auto* writes : {&progress.values, &progress.links}) {
      for (WriteProgress& one : *writes) {
        if (!one.with_group || one.attempts > 0) continue;
        one.phase = WritePhase::proving;
        one.attempts = 1;
        one.answer = made_with_group;
        one.answered_at = it.server_time.value_or(at);
        one.dated = it.server_time.has_value();
      }
    }
  }
  void operator()(const GroupFailed& it) {
    write().failed(it.why);
    progress.group->cure = it.cure;
    progress.group->unchanged = it.unchanged;
    if (it.unchanged) progress.group->unheard = 0;
  }
  void operator()(const auto&) {}
  WriteFold write() { return {*progress.group, at}; }
};

struct ServiceFold {
  ServiceProgress& service;
  Time at;

  void operator()(const HoldIntended& it) {
    const bool off = it.action == HoldAction::hold;
    service.hold.phase = off ? HoldPhase::switching_off : HoldPhase::restoring;
    service.hold.was = it.was;
    service.hold.attempts = it.attempt;
    ++service.hold.unheard;
  }
  void operator()(const HoldAnswered& it) {
    HoldProgress& hold = service.hold;
    // After a server error the request may still take effect.
    if (it.not_sent || (it.http_status != 0 && it.http_status < 500)) --hold.unheard;
    const bool refused = it.not_sent || (it.http_status >= 400 && it.http_status < 500);
    if (refused && hold.unheard == 0 && hold.phase == HoldPhase::switching_off)
      hold.phase = HoldPhase::untouched;
  }
  void operator()(const HoldProved& it) {
    service.hold.phase = it.action == HoldAction::hold ? HoldPhase::off : HoldPhase::restored;
    if (service.hold.failed == it.action) service.hold.failed.reset();
    if (it.action == HoldAction::hold && service.hold.attempts == 1)
      service.hold.unheard = 0;  // the only request has taken effect
  }
  void operator()(const HoldFailed& it) {
    service.hold.failed = it.action;
    service.hold.trouble = it.why;
    service.hold.cure = it.cure;
  }
  void operator()(const LinkIntended&) { service.phase = ServicePhase::linking; }
  void operator()(const SnapshotTaken& taken) {
    service.phase = ServicePhase::looking;
    service.before = {taken.deploys, taken.server_time};
    if (taken.live) service.live_before = taken.live;
  }
  void operator()(const DeployIntended& intended) {
    service.phase = ServicePhase::requesting;
    service.attempts = intended.attempt;
    if (!service.requested_at) service.requested_at = at;
  }
  void operator()(const DeployAnswered& answered) {
    service.phase = ServicePhase::settling;
    service.answer = answered.http_status;
  }
  void operator()(const DeployAttributed& attributed) {
    service.phase = ServicePhase::watching;
    service.deploy = attributed.deploy;
    service.how = attributed.how;
    if (!service.requested_at) service.requested_at = at;
  }
  void operator()(const DeployObserved& observed) {
    service.status_text = observed.deploy_status;
    service.status = model::deploy_status_from(observed.deploy_status);
  }
  void operator()(const HealthObserved&) { service.phase = ServicePhase::checking; }
  void operator()(const ServiceEnded& ended) {
    service.ended_in = service.phase;
    service.phase = ServicePhase::ended;
    service.outcome = ended.state;
    service.ended_at = at;
    service.reason = ended.why;
    service.cure = ended.cure;
    if (!ended.deploy.empty()) service.deploy = ended.deploy;
  }
  void operator()(const FailureTold& told) {
    service.told_reason = told.told_by_render;
    service.log = told.log;
    service.no_log = told.no_log;
  }
  void operator()(const auto&) {}
};

void take_up_again(Progress& progress) {
  for (auto* writes : {&progress.values, &progress.links}) {
    for (WriteProgress& write : *writes) {
      if (write.phase == WritePhase::failed) write.phase = WritePhase::proving;
    }
  }
  if (progress.group && progress.group->phase == WritePhase::failed)
    progress.group->phase = progress.made.empty() ? WritePhase::proving : WritePhase::proved;
  for (ServiceProgress& service : progress.services) {
    service.hold.failed.reset();
    if (!service.open()) continue;
    service.phase = service.ended_in;
    service.outcome = ServiceOutcome::none;
    service.ended_at.reset();
    service.reason.clear();
    service.cure.clear();
  }
}

}  // namespace

bool HoldProgress::to_restore() const {
  return phase == HoldPhase::switching_off || phase == HoldPhase::off || phase == HoldPhase::restoring;
}

bool ServiceProgress::open() const {
  return is_open(outcome);
}

std::string_view ServiceProgress::state() const {
  if (outcome != ServiceOutcome::none) return word(outcome);
  if (phase == ServicePhase::unchanged) return "unchanged";
  return phase == ServicePhase::waiting ? "waiting" : "running";
}

Progress Progress::of(const plan::Plan& plan, std::span<const Event> events) {
  Progress progress;
  progress.values.resize(plan.values.size());
  progress.links.resize(plan.links.size());
  progress.services.resize(plan.services.size());
  if (plan.new_group) {
    progress.group.emplace();
    for (std::size_t i = 0; i < plan.values.size(); ++i)
      progress.values[i].with_group = plan.values[i].group == plan.new_group->id;
    for (std::size_t i = 0; i < plan.links.size(); ++i)
      progress.links[i].with_group = plan.links[i].group == plan.new_group->id;
  }
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    if (plan.services[i].redeploys()) progress.services[i].phase = ServicePhase::waiting;
    const std::string& was = plan.services[i].auto_deploy_was;
    if (!was.empty()) progress.services[i].hold = HoldProgress{.phase = HoldPhase::off, .was = was};
  }
  for (const plan::LinkChange& change : plan.links)
    progress.services[change.service].phase = ServicePhase::waiting;
  for (const Event& event : events) progress.apply(event);
  return progress;
}

bool Progress::restored() const {
  return std::ranges::none_of(services, [](const ServiceProgress& one) { return one.hold.to_restore(); });
}

bool Progress::failed() const {
  return std::any_of(services.begin(), services.end(), [](const ServiceProgress& one) {
    return one.outcome == ServiceOutcome::failed || one.outcome == ServiceOutcome::canceled;
  });
}

std::size_t Progress::values_read_back() const {
  return static_cast<std::size_t>(std::ranges::count(values, WritePhase::proved, &WriteProgress::phase));
}

bool Progress::values_proved() const {
  return values_read_back() == values.size();
}

bool Progress::unfinished() const {
  return !restored() || work_left();
}

bool Progress::work_left() const {
  if (!ended_at) return true;
  const bool without_verdict = outcome == Outcome::error || outcome == Outcome::authentication ||
                               outcome == Outcome::timed_out || outcome == Outcome::interrupted;
  if (!without_verdict) return false;
  const bool group_open = group && (made.empty() || group->phase == WritePhase::failed);
  if (group_open) return group->phase != WritePhase::failed || !group->unchanged;
  if (!values_proved()) {
    const auto refused = [](const WriteProgress& one) {
      return one.phase == WritePhase::failed && one.unchanged;
    };
    // A refused value needs another plan or a rollback: trying again changes nothing.
    return std::ranges::none_of(values, refused);
  }
  // Services that a failure held back are not open, unless a person stopped the run as well.
  const bool held_back = failed() && outcome != Outcome::interrupted;
  return std::any_of(services.begin(), services.end(), [held_back](const ServiceProgress& one) {
    if (one.phase != ServicePhase::ended) return one.phase != ServicePhase::unchanged;
    return one.open() && !(held_back && one.outcome == ServiceOutcome::not_started);
  });
}

void Progress::apply(const Event& event) {
  const auto* waiting = event.as<Waiting>();
  notice = waiting != nullptr ? waiting->why : std::string{};
  if (group) std::visit(GroupFold{*this, event.at}, event.what);
  const EventValue* value = value_of(event);
  if (value != nullptr && value->position < values.size())
    std::visit(WriteFold{values[value->position], event.at}, event.what);
  const EventLink* link = link_of(event);
  if (link != nullptr && link->position < links.size())
    std::visit(WriteFold{links[link->position], event.at}, event.what);
  const EventService* service = service_of(event);
  if (service != nullptr && service->position < services.size())
    std::visit(ServiceFold{services[service->position], event.at}, event.what);
  std::visit(ByKind{[&](const RunBegan&) { began_at = event.at; },
                    [&](const RunResumed&) {
                      resumed_at = event.at;
                      ended_at.reset();
                      interrupts = 0;
                      outcome = Outcome::done;
                      take_up_again(*this);
                      add_pause(event.at);
                    },
                    [&](const FailureTold& told) { quota_exhausted |= told.quota_exhausted; },
                    [&](const Interrupted& interrupted) { interrupts = interrupted.times; },
                    [&](const RunEnded& ended) {
                      ended_at = event.at;
                      outcome = ended.outcome;
                    },
                    [](const auto&) {}},
             event.what);
  last_at_ = event.at;
}

void Progress::add_pause(Time resumed) {
  const Duration pause = std::max(resumed - last_at_.value_or(resumed), Duration{0});
  paused += pause;
  for (ServiceProgress& service : services) {
    if (service.requested_at && !service.ended_at) service.paused += pause;
  }
}

DeployId ran_before(const plan::Plan& plan, const Progress& progress, std::size_t service) {
  const plan::PlannedService& planned = plan.services[service];
  return planned.deploys_unread ? progress.services[service].live_before.value_or(DeployId())
                                : planned.live_deploy;
}

std::vector<std::string> switched_off(const plan::Plan& plan, const Progress& progress) {
  std::vector<std::string> off;
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const HoldProgress& hold = progress.services[i].hold;
    if (hold.to_restore())
      off.push_back(fmt::format("{} ({})", clean(plan.services[i].name), clean(hold.was)));
  }
  return off;
}

}  // namespace envlink::engine
