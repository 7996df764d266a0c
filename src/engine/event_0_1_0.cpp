#include "engine/event_0_1_0.h"

#include "json/reader.h"

namespace envlink::engine {
namespace {

using json::Like;

struct OldEvent {
  Time at{};
  std::string kind;
  std::optional<std::size_t> link;
  std::optional<std::size_t> service;
  std::string subject;  // "evg-…/srv-…" or "srv-…"
  std::optional<Time> server_time;
  int number = 0;
  DeployId deploy;
  std::string status;
  std::string text;
  std::string cure;
  std::string request_id;
  std::vector<DeployId> deploys;
  std::vector<std::string> lines;
};

void fields(auto& visit, Like<OldEvent> auto& event) {
  visit("at", event.at);
  visit("kind", event.kind);
  visit("link", event.link);
  visit("service", event.service);
  visit.if_any("subject", event.subject);
  visit("server_time", event.server_time);
  visit.if_any("number", event.number);
  visit.if_any("deploy", event.deploy);
  visit.if_any("status", event.status);
  visit.if_any("text", event.text);
  visit.if_any("cure", event.cure);
  visit.if_any("request_id", event.request_id);
  visit.if_any("deploys", event.deploys);
  visit.if_any("lines", event.lines);
}

EventService service_of(const OldEvent& old, const plan::Plan* plan) {
  const std::size_t position = old.service.value_or(0);
  if (plan != nullptr && position < plan->services.size()) return event_service(*plan, position);
  const std::size_t slash = old.subject.find('/');
  return {ServiceId(slash == std::string::npos ? old.subject : old.subject.substr(slash + 1)), "", position};
}

EventLink link_of(const OldEvent& old, const plan::Plan* plan) {
  const std::size_t position = old.link.value_or(0);
  if (plan != nullptr && position < plan->links.size()) return event_link(*plan, position);
  const std::string group = old.subject.substr(0, old.subject.find('/'));
  return {plan::LinkAction::add, {GroupId(group), ""}, service_of(old, plan), position};
}

/// "build_and_deploy", "deploy_only", "rollback to dep-…"
DeployIntended deploy_intended(const OldEvent& old, const EventService& service) {
  constexpr std::string_view back = "rollback to ";
  DeployIntended intended{.service = service, .attempt = old.number};
  if (old.text.starts_with(back)) {
    intended.mode = DeployMode::rollback;
    intended.rollback_to = DeployId(old.text.substr(back.size()));
  } else {
    intended.mode = from_word<DeployMode>(old.text).value_or(DeployMode::build_and_deploy);
  }
  return intended;
}

std::optional<Event::What> what_of(const OldEvent& old, const plan::Plan* plan) {
  const EventService service = service_of(old, plan);
  const EventLink link = link_of(old, plan);
  if (old.kind == RunBegan::kind) return plan != nullptr ? run_began(*plan) : RunBegan{};
  if (old.kind == RunResumed::kind) return RunResumed{};
  if (old.kind == LinkIntended::kind) return LinkIntended{link, old.number};
  if (old.kind == LinkAnswered::kind)
    return LinkAnswered{link, old.number, old.text, old.request_id, old.server_time};
  if (old.kind == LinkProved::kind) return LinkProved{link, old.server_time};
  if (old.kind == LinkFailed::kind) return LinkFailed{link, old.text, old.cure};
  if (old.kind == SnapshotTaken::kind) return SnapshotTaken{service, old.deploys};
  if (old.kind == DeployIntended::kind) return deploy_intended(old, service);
  if (old.kind == DeployAnswered::kind)
    return DeployAnswered{service, old.number, old.deploy, old.text, old.request_id, old.server_time};
  if (old.kind == DeployAttributed::kind) return DeployAttributed{service, old.deploy, old.text};
  if (old.kind == DeployObserved::kind) return DeployObserved{service, old.deploy, old.status};
  if (old.kind == HealthObserved::kind) return HealthObserved{service, old.number, old.text};
  if (old.kind == ServiceEnded::kind)
    return ServiceEnded{service, from_word<ServiceOutcome>(old.status).value_or(ServiceOutcome::failed),
                        old.deploy, old.text, old.cure};
  if (old.kind == FailureTold::kind) return FailureTold{service, old.deploy, old.text, old.lines, old.cure};
  if (old.kind == Waiting::kind) return Waiting{old.number, old.text};
  if (old.kind == Interrupted::kind) return Interrupted{old.number};
  if (old.kind == RunEnded::kind) return RunEnded{model::outcome_of_exit_code(old.number)};
  return std::nullopt;
}

}  // namespace

bool is_of_0_1_0(const json::Value& event) {
  return event.find("kind") != nullptr && event.find("event") == nullptr;
}

json::Read<Event> event_of_0_1_0(const json::Value& event, const plan::Plan* plan) {
  const auto old = json::read<OldEvent>(event, event);
  if (!old) return tl::unexpected(old.error());
  auto what = what_of(*old, plan);
  if (!what) return tl::unexpected(json::Fault{"kind", "is unknown: it may come from a newer envlink"});
  return Event{old->at, std::move(*what)};
}

}  // namespace envlink::engine
