// Deploys are requested once the links are proved, and requested again only after reading showed that the
// first request had no effect.

#include <fmt/format.h>
#include <algorithm>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "base/text.h"
#include "engine/rollout_state.h"

namespace envlink::engine {
namespace {

using std::chrono::milliseconds;

Duration settle_read_after(int reads) {
  return std::min(milliseconds(500) * (1 << std::min(reads, 4)), milliseconds(5000));
}

std::string words_for(const plan::PlannedService& service) {
  return (service.rollback_to.empty() ? "deploy " : "roll back ") + clean(service.name);
}

/// 202: Render queues the deploy behind the one in progress and does not name it.
bool is_queued(const api::Outcome& answer) {
  const api::Response* response = success(answer);
  return response != nullptr && response->status == 202;
}

/// How long the list decides the result of a request whose answer named no deploy. A success that cannot be
/// parsed does not count: a login page answers 200 too.
Duration settles_within(const api::Outcome& answer) {
  if (is_queued(answer)) return queued_shows;
  if (const auto* silence = std::get_if<api::NoAnswer>(&answer)) return may_arrive_for(*silence) + list_lag;
  // A success was answered: only the list may lag.
  return success(answer) == nullptr ? latest_arrival_after_error + list_lag : list_lag;
}

std::string_view own_trigger(const plan::PlannedService& service) {
  return service.rollback_to.empty() ? "api" : "rollback";
}

}  // namespace

void Rollout::State::drive_deploy(Time now, std::size_t service) {
  ServiceRun& run = services[service];
  const ServiceProgress& state = progress.services[service];
  if (!run.begun || state.phase == ServicePhase::ended) return;
  switch (state.phase) {
    case ServicePhase::watching:
    case ServicePhase::checking:
      return drive_watch(now, service);
    case ServicePhase::settling:
      return settle(now, service);
    case ServicePhase::requesting:
      return;
    default:
      break;
  }
  if (!plan.services[service].redeploys()) {
    if (links_proved(service) && !give_up_undone(now, service))
      end_service(now, service, ServiceOutcome::linked, "");
    return;
  }
  // Without a fresh list: what existed after the links changed and before the deploy is requested.
  const bool known = links_answered(service) && knows_deploys(service);
  if (!run.snapshot_asked && links_answered(service) && !known) {
    run.snapshot_asked = ask(api::list_deploys(plan.services[service].id, deploys_read), Repeat::safely,
                             {Asked::snapshot, service});
  }
  const bool ready =
      (run.snapshot || known) && links_proved(service) && progress.interrupts == 0 && !awaits_cause(now);
  if (ready && !exhausted.empty()) return end_service(now, service, ServiceOutcome::not_started, exhausted);
  if (ready && !give_up_undone(now, service)) request_deploy(now, service);
}

void Rollout::State::snapshot_read(Time now, std::size_t service, const Delivery& delivery) {
  const bool outdated = services[service].snapshot_asked != delivery.id;
  if (outdated || progress.services[service].phase == ServicePhase::ended) return;
  Result<Deploys> deploys = deploys_in(service, delivery);
  if (!deploys) return end_unlisted(now, service, delivery, deploys.error());
  services[service].snapshot = std::move(*deploys);
  services[service].snapshot_at = api::date_of(*success(delivery.outcome));
}

void Rollout::State::request_deploy(Time now, std::size_t service) {
  ServiceRun& run = services[service];
  const plan::PlannedService& planned = plan.services[service];
  if (progress.services[service].attempts == 0) {
    const std::optional<Time> read_back = links_read_back(service);
    SnapshotTaken taken{.service = event_service(plan, service)};
    if (run.snapshot) {
      for (const model::Deploy& deploy : *run.snapshot) taken.deploys.push_back(deploy.id);
    } else {
      taken.deploys =
          planned.deploys_unread ? progress.services[service].before.deploys : planned.known_deploys;
    }
    if (read_back || run.links.empty()) taken.server_time = std::max(read_back, run.snapshot_at);
    record(now, std::move(taken));
    if (read_back && run.snapshot) {
      if (const model::Deploy* deploy = already_carries(*run.snapshot, planned.known_deploys, *read_back)) {
        return attribute(now, service, *deploy,
                         fmt::format("started after the link was read back ({}): no other is needed",
                                     clean(deploy->trigger)));
      }
    }
  }
  ++run.tries;
  run.since = now;
  const bool goes_back = !planned.rollback_to.empty();
  const DeployMode mode = rebuilds(service) ? DeployMode::build_and_deploy : DeployMode::deploy_only;
  record(now, DeployIntended{event_service(plan, service), progress.services[service].attempts + 1,
                             goes_back ? DeployMode::rollback : mode, planned.rollback_to});
  run.request = deploy_request(service);
  ask(run.request, Repeat::if_not_carried_out, {Asked::deploy_write, service});
}

api::Request Rollout::State::deploy_request(std::size_t service) const {
  const plan::PlannedService& planned = plan.services[service];
  const auto mode = rebuilds(service) ? api::DeployMode::build_and_deploy : api::DeployMode::deploy_only;
  return planned.rollback_to.empty() ? api::create_deploy(planned.id, mode)
                                     : api::roll_back(planned.id, planned.rollback_to);
}

/// What was known before the service's last deploy request.
Before Rollout::State::known_before(std::size_t service) const {
  Before before = progress.services[service].before;
  const std::vector<DeployId>& planned = plan.services[service].known_deploys;
  const std::vector<DeployId>& shown = services[service].shown;
  before.deploys.insert(before.deploys.end(), planned.begin(), planned.end());
  before.deploys.insert(before.deploys.end(), shown.begin(), shown.end());
  return before;
}

void Rollout::State::deploy_answered(Time now, std::size_t service, const Delivery& delivery) {
  if (progress.services[service].phase == ServicePhase::ended) return;
  DeployAnswered event{.service = event_service(plan, service)};
  std::optional<model::Deploy> named;
  if (const auto* response = std::get_if<api::Response>(&delivery.outcome)) {
    take_answer(*response, event);
    if (success(delivery.outcome) != nullptr && !response->body.empty()) {
      if (Result<model::Deploy> deploy = api::parse_deploy(*response)) named = std::move(*deploy);
    }
  }
  // If no list was read after the links, a deploy that Render made because of them has no known id.
  const bool another = named && !services[service].snapshot && !named->trigger.empty() &&
                       named->trigger != own_trigger(plan.services[service]);
  const bool older = another || (named && was_there(*named, known_before(service)));
  if (named && !older) event.deploy = named->id;
  Error error;
  if (success(delivery.outcome) == nullptr) {
    error = api::explain(delivery.request, delivery.outcome, words_for(plan.services[service]));
    event.why = error.what;
  } else if (older) {
    event.why = fmt::format("Render named {}, which {}", clean(named->id.text()),
                            another ? "was not requested" : "existed before");
  }
  record(now, std::move(event));
  services[service].since = delivery.sent_at;  // the request may have waited long for its turn
  if (named && !older) return attribute(now, service, *named, "");
  services[service].answer = delivery.outcome;

  const api::Verdict verdict = api::verdict_of(delivery.outcome);
  const bool came_to_nothing = std::holds_alternative<api::NotSent>(delivery.outcome) ||
                               (verdict != api::Verdict::ok && !api::is_passing(verdict));
  if (!came_to_nothing) return wait_for_settling(now, service);
  end_service(now, service, service_outcome_of(delivery.outcome), what_and_why(error), error.cure);
}

/// From now on the list of deploys decides.
void Rollout::State::wait_for_settling(Time now, std::size_t service) {
  ServiceRun& run = services[service];
  run.settle_reads = 0;
  run.next_poll = now;
  run.last_look_until.reset();
  run.settle_until = now + settles_within(*run.answer);
}

void Rollout::State::settle(Time now, std::size_t service) {
  ServiceRun& run = services[service];
  // The timeout does not cut short the time that it takes to find the deploy.
  const Time deadline = std::max(run.since + plan.rollout.timeout, run.settle_until.value_or(now));
  const bool over = looks_are_over(now, service, deadline);
  if (over || (!run.busy && now >= deadline && std::exchange(run.last_poll, true))) {
    return end_service(now, service, ServiceOutcome::unsettled,
                       "it could not be determined in time whether its deploy was created",
                       "check its deploys in the Dashboard");
  }
  if (run.busy) return;
  if (now < *run.next_poll && now < deadline) return wake_at(std::min(*run.next_poll, deadline));
  run.busy = true;
  ask(api::list_deploys(plan.services[service].id, deploys_read), Repeat::safely,
      {Asked::settle_read, service});
}

void Rollout::State::settle_read(Time now, std::size_t service, const Delivery& delivery) {
  ServiceRun& run = services[service];
  run.busy = false;
  if (progress.services[service].phase != ServicePhase::settling) return;
  run.next_poll = now + settle_read_after(run.settle_reads++);
  const api::Response* response = success(delivery.outcome);
  if (is_refusal(delivery.outcome)) {
    const Error error = api::explain(delivery.request, delivery.outcome, "find its deploy");
    return end_service(now, service, ServiceOutcome::unsettled, what_and_why(error), error.cure);
  }
  if (response == nullptr) return;
  const Result<api::Page<model::Deploy>> page = api::parse_deploys(*response);
  if (!page) return;
  if (const model::Deploy* deploy =
          find_requested(page->items, known_before(service), own_trigger(plan.services[service]))) {
    const bool told = api::verdict_of(*run.answer) == api::Verdict::ok;
    return attribute(
        now, service, *deploy,
        told ? "found in the list; the answer had no id" : "found in the list; the answer was lost");
  }
  // Only a list read after that time proves that the request had no effect.
  if (!run.settle_until || delivery.sent_at < *run.settle_until) {
    if (run.settle_until) run.next_poll = std::min(*run.next_poll, std::max(now, *run.settle_until));
    return;
  }
  if (!links_proved(service)) return;  // a resumed process reads them once more
  if (!plan.services[service].rollback_to.empty() && give_way(now, service, page->items)) return;
  for (const model::Deploy& deploy : page->items) run.shown.push_back(deploy.id);
  if (run.tries <= plan.api.retries && progress.interrupts == 0 && exhausted.empty()) {
    if (!give_up_undone(now, service)) request_deploy(now, service);
    return;
  }
  if (is_queued(*run.answer)) {
    return end_service(
        now, service, ServiceOutcome::unsettled,
        fmt::format("Render answered 202, but no deploy appeared within {}", format_duration(queued_shows)),
        "check its deploys in the Dashboard, then: envlink resume");
  }
  const Error error = api::explain(run.request, *run.answer, words_for(plan.services[service]));
  end_service(now, service, ServiceOutcome::unsettled, fmt::format("{}; no deploy was created", error.what),
              error.cure);
}

/// Somebody deployed meanwhile, and going back now would undo that. True: nothing more is requested.
bool Rollout::State::give_way(Time now, std::size_t service, const Deploys& deploys) {
  const Before before = known_before(service);
  const model::Deploy* newer = newly_shown(deploys, before);
  if (newer == nullptr) return false;
  const std::string theirs = fmt::format("({}): a rollback would undo it", clean(newer->trigger));
  if (find_requested({*newer}, before, {}) != nullptr) {
    attribute(now, service, *newer, "started meanwhile " + theirs);
  } else {
    end_service(now, service, ServiceOutcome::failed,
                fmt::format("{} existed before and only appeared now {}", clean(newer->id.text()), theirs),
                "deploy the version you want, and change links with the file and `envlink apply`");
  }
  return true;
}

void Rollout::State::attribute(Time now, std::size_t service, const model::Deploy& deploy, std::string how) {
  record(now, DeployAttributed{event_service(plan, service), deploy.id, std::move(how)});
  services[service].misses = 0;
  services[service].last_poll = false;
  services[service].next_poll.reset();
  services[service].replaced_at.reset();
  if (services[service].since == Time{}) services[service].since = now;
  wake_at(now);
  observe(now, service, deploy);
}

}  // namespace envlink::engine
