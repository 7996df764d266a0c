#include "engine/progress.h"

#include <algorithm>
#include <array>
#include <utility>

namespace envlink::engine {
namespace {

constexpr std::array<std::pair<Ending, std::string_view>, 9> endings = {{
    {Ending::none, "none"},
    {Ending::live, "live"},
    {Ending::linked, "linked"},
    {Ending::superseded, "superseded"},
    {Ending::failed, "failed"},
    {Ending::canceled, "canceled"},
    {Ending::timed_out, "timed_out"},
    {Ending::unsettled, "unsettled"},
    {Ending::not_started, "not_started"},
}};

void apply_to_link(LinkProgress& link, const Event& event) {
  switch (event.kind) {
    case EventKind::link_intended:
      link.phase = LinkPhase::sent;
      link.attempts = event.number;
      return;
    case EventKind::link_answered:
      link.phase = LinkPhase::proving;
      link.trouble = event.text;
      link.answer = event.number;
      link.answered_at = event.server_time.value_or(event.at);
      link.dated = event.server_time.has_value();
      return;
    case EventKind::link_proved:
      link.phase = LinkPhase::proved;
      link.trouble.clear();
      return;
    case EventKind::link_failed:
      link.phase = LinkPhase::failed;
      link.trouble = event.text;
      return;
    default:
      return;
  }
}

void apply_to_service(ServiceProgress& service, const Event& event) {
  switch (event.kind) {
    case EventKind::link_intended:
      service.phase = ServicePhase::linking;
      return;
    case EventKind::snapshot_taken:
      service.phase = ServicePhase::looking;
      service.before = event.deploys;
      return;
    case EventKind::deploy_intended:
      service.phase = ServicePhase::requesting;
      service.attempts = event.number;
      if (!service.requested_at) service.requested_at = event.at;
      return;
    case EventKind::deploy_answered:
      service.phase = ServicePhase::settling;
      service.answer = event.number;
      return;
    case EventKind::deploy_attributed:
      service.phase = ServicePhase::watching;
      service.deploy = event.deploy;
      service.how = event.text;
      if (!service.requested_at) service.requested_at = event.at;
      return;
    case EventKind::deploy_observed:
      service.status_text = event.status;
      service.status = model::deploy_status_from(event.status);
      return;
    case EventKind::health_observed:
      service.phase = ServicePhase::checking;
      return;
    case EventKind::service_ended:
      service.ended_in = service.phase;
      service.phase = ServicePhase::ended;
      service.ending = ending_from(event.status).value_or(Ending::failed);
      service.ended_at = event.at;
      service.reason = event.text;
      service.cure = event.cure;
      if (!event.deploy.empty()) service.deploy = event.deploy;
      return;
    case EventKind::failure_told:
      service.told_reason = event.text;
      service.log = event.lines;
      service.no_log = event.cure;
      return;
    default:
      return;
  }
}

void take_up_again(Progress& progress) {
  for (LinkProgress& link : progress.links) {
    if (link.phase == LinkPhase::failed) link.phase = LinkPhase::proving;
  }
  for (ServiceProgress& service : progress.services) {
    if (!service.open()) continue;
    service.phase = service.ended_in;
    service.ending = Ending::none;
    service.ended_at.reset();
    service.reason.clear();
    service.cure.clear();
  }
}

}  // namespace

bool is_good(Ending ending) {
  return ending == Ending::live || ending == Ending::linked || ending == Ending::superseded;
}

bool ServiceProgress::open() const {
  return ending == Ending::timed_out || ending == Ending::unsettled || ending == Ending::not_started;
}

std::string_view to_string(Ending ending) {
  for (const auto& [value, name] : endings) {
    if (value == ending) return name;
  }
  return "none";
}

std::optional<Ending> ending_from(std::string_view text) {
  for (const auto& [value, name] : endings) {
    if (name == text) return value;
  }
  return std::nullopt;
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
    return one.ending == Ending::failed || one.ending == Ending::canceled;
  });
}

bool Progress::unfinished() const {
  if (!ended_at) return true;
  const bool without_verdict = exit_code == 1 || exit_code == 3 || exit_code == 7 || exit_code == 130;
  if (!without_verdict) return false;
  // What a bad verdict held back is no longer open, unless a person stopped the run as well.
  const bool held_back = failed() && exit_code != 130;
  return std::any_of(services.begin(), services.end(), [held_back](const ServiceProgress& one) {
    if (one.phase != ServicePhase::ended) return one.phase != ServicePhase::unchanged;
    return one.open() && !(held_back && one.ending == Ending::not_started);
  });
}

void Progress::apply(const Event& event) {
  notice = event.kind == EventKind::waiting ? event.text : std::string{};
  if (event.link && *event.link < links.size()) apply_to_link(links[*event.link], event);
  if (event.service && *event.service < services.size()) apply_to_service(services[*event.service], event);
  switch (event.kind) {
    case EventKind::run_began:
      began_at = event.at;
      return;
    case EventKind::run_resumed:
      resumed_at = event.at;
      ended_at.reset();
      interrupts = 0;
      exit_code = 0;
      return take_up_again(*this);
    case EventKind::interrupted:
      interrupts = event.number;
      return;
    case EventKind::run_ended:
      ended_at = event.at;
      exit_code = event.number;
      return;
    default:
      return;
  }
}

}  // namespace envlink::engine
