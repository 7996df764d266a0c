#include "engine/progress.h"

#include <algorithm>

namespace envlink::engine {
namespace {

using model::Outcome;

/// What an event changes of a link; most say nothing of one.
struct LinkFold {
  LinkProgress& link;
  Time at;

  void operator()(const LinkIntended& intended) {
    link.phase = LinkPhase::sent;
    link.attempts = intended.attempt;
    ++link.unheard;
  }
  void operator()(const LinkAnswered& answered) {
    link.phase = LinkPhase::proving;
    link.trouble = answered.why;
    if (answered.http_status != 0) --link.unheard;
    link.answer = answered.http_status;
    link.answered_at = answered.server_time.value_or(at);
    link.dated = answered.server_time.has_value();
  }
  void operator()(const LinkProved&) {
    link.phase = LinkPhase::proved;
    if (link.attempts == 1) link.unheard = 0;  // it is what shows
    link.trouble.clear();
  }
  void operator()(const LinkFailed& failed) {
    link.phase = LinkPhase::failed;
    link.trouble = failed.why;
  }
  void operator()(const auto&) {}
};

struct ServiceFold {
  ServiceProgress& service;
  Time at;

  void operator()(const LinkIntended&) { service.phase = ServicePhase::linking; }
  void operator()(const SnapshotTaken& taken) {
    service.phase = ServicePhase::looking;
    service.before = {taken.deploys, taken.server_time};
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
  for (LinkProgress& link : progress.links) {
    if (link.phase == LinkPhase::failed) link.phase = LinkPhase::proving;
  }
  for (ServiceProgress& service : progress.services) {
    if (!service.open()) continue;
    service.phase = service.ended_in;
    service.outcome = ServiceOutcome::none;
    service.ended_at.reset();
    service.reason.clear();
    service.cure.clear();
  }
}

}  // namespace

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
  progress.links.resize(plan.links.size());
  progress.services.resize(plan.services.size());
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    if (plan.services[i].redeploys()) progress.services[i].phase = ServicePhase::waiting;
  }
  for (const plan::LinkChange& change : plan.links)
    progress.services[change.service].phase = ServicePhase::waiting;
  for (const Event& event : events) progress.apply(event);
  return progress;
}

bool Progress::failed() const {
  return std::any_of(services.begin(), services.end(), [](const ServiceProgress& one) {
    return one.outcome == ServiceOutcome::failed || one.outcome == ServiceOutcome::canceled;
  });
}

bool Progress::unfinished() const {
  if (!ended_at) return true;
  const bool without_verdict = outcome == Outcome::error || outcome == Outcome::authentication ||
                               outcome == Outcome::timed_out || outcome == Outcome::interrupted;
  if (!without_verdict) return false;
  // What a bad verdict held back is no longer open, unless a person stopped the run as well.
  const bool held_back = failed() && outcome != Outcome::interrupted;
  return std::any_of(services.begin(), services.end(), [held_back](const ServiceProgress& one) {
    if (one.phase != ServicePhase::ended) return one.phase != ServicePhase::unchanged;
    return one.open() && !(held_back && one.outcome == ServiceOutcome::not_started);
  });
}

void Progress::apply(const Event& event) {
  const auto* waiting = event.as<Waiting>();
  notice = waiting != nullptr ? waiting->why : std::string{};
  const EventLink* link = link_of(event);
  if (link != nullptr && link->position < links.size())
    std::visit(LinkFold{links[link->position], event.at}, event.what);
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
                    },
                    [&](const FailureTold& told) { quota_exhausted |= told.quota_exhausted; },
                    [&](const Interrupted& interrupted) { interrupts = interrupted.times; },
                    [&](const RunEnded& ended) {
                      ended_at = event.at;
                      outcome = ended.outcome;
                    },
                    [](const auto&) {}},
             event.what);
}

}  // namespace envlink::engine
