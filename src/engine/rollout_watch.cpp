// Watching: what a deploy's status means for the service, and when to poll again.

#include <fmt/format.h>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "base/text.h"
#include "engine/rollout_state.h"
#include "model/deploy_phases.h"

namespace envlink::engine {
namespace {

constexpr int most_misses_not_found = 5;  // a new id may not be known everywhere yet
constexpr Duration health_again_after = std::chrono::seconds(2);
constexpr Duration successor_again_after = std::chrono::seconds(5);
// Time for the last poll: long enough for a full window to open, and no longer.
constexpr Duration last_look_takes = std::chrono::minutes(1);

std::string failure_of(const model::Deploy& deploy) {
  switch (deploy.status) {
    case model::DeployStatus::build_failed:
      return "its build failed";
    case model::DeployStatus::pre_deploy_failed:
      return "its pre-deploy command failed";
    case model::DeployStatus::update_failed:
      return "its new instances did not start or become healthy";
    default:
      return fmt::format("its deploy ended as {}", clean(deploy.status_text));
  }
}

std::string read_log(const plan::PlannedService& service, const DeployId& deploy) {
  if (const std::string page = model::deploy_page(service.dashboard_url, deploy); !page.empty())
    return "read its log: " + page;
  return fmt::format("read its log: https://dashboard.render.com/ → {} → Deploys → {}", clean(service.name),
                     clean(deploy.text()));
}

}  // namespace

bool Rollout::State::looks_are_over(Time now, std::size_t service, Time deadline) {
  ServiceRun& run = services[service];
  if (now >= deadline && !run.last_look_until) run.last_look_until = now + last_look_takes;
  if (run.last_look_until && now >= *run.last_look_until) return true;
  wake_at(run.last_look_until.value_or(deadline));
  return false;
}

std::optional<Duration> Rollout::State::usual_of(std::size_t service) const {
  const plan::PlannedService& planned = plan.services[service];
  return planned.deploys_unread ? services[service].usual : planned.median_duration;
}

std::optional<Duration> Rollout::State::expected_of(std::size_t service, bool guess) const {
  const plan::PlannedService& planned = plan.services[service];
  if (planned.expected_duration) return planned.expected_duration;
  const auto usual = usual_of(service);
  if (!usual || rebuilds(service)) return usual;
  if (const auto learned = unbuilt.length(*usual)) return learned;
  if (!guess) return std::nullopt;
  return model::deploy_phases(*usual, planned.type, planned.image_backed).length(false);
}

void Rollout::State::learn_length(Time now, std::size_t service) {
  const auto usual = usual_of(service);
  const ServiceProgress& state = progress.services[service];
  if (!usual || *usual <= Duration{0} || !state.requested_at || rebuilds(service)) return;
  // Nobody watched during a pause: when the deploy became live is unknown.
  if (state.paused == Duration{0}) unbuilt.learn(now - *state.requested_at, *usual);
}

void Rollout::State::drive_watch(Time now, std::size_t service) {
  ServiceRun& run = services[service];
  const ServiceProgress& state = progress.services[service];
  Time deadline = run.since + plan.rollout.timeout;
  if (run.replaced_at) deadline = std::max(deadline, *run.replaced_at + list_lag);
  if (looks_are_over(now, service, deadline)) return time_is_up(now, service);
  if (run.busy) return;
  // The clock may have jumped, or the last polls failed: a poll after the time is up counts.
  if (now >= deadline) {
    if (state.phase == ServicePhase::checking || run.last_poll) return time_is_up(now, service);
    run.next_poll = now;
  }
  if (!run.next_poll) {
    const Duration turn = turn_of(watched, scheduler.budget().per_minute("reads"));
    run.next_poll =
        now + next_poll_delay({.elapsed = now - *state.requested_at,
                               .expected = expected_of(service, turn > plan.rollout.poll_interval),
                               .most = plan.rollout.poll_interval,
                               .turn = turn});
  }
  if (now < *run.next_poll) return wake_at(*run.next_poll);
  if (state.phase == ServicePhase::checking) {
    run.busy = true;
    api::Request request;
    request.target = plan.services[service].health_url;
    request.foreign = true;
    ask(std::move(request), Repeat::never, {Asked::health, service});
    return;
  }
  if (const std::optional<Time> opens = scheduler.budget().opens("reads"); opens && now < *opens) {
    run.next_poll = opens;
    return wake_at(*opens);
  }
  if (const std::optional<Time> later =
          poll_budget.take(now, scheduler.budget().per_minute("reads"), service)) {
    run.next_poll = later;
    return wake_at(*later);
  }
  run.busy = true;
  run.last_poll = now >= deadline;
  ask(api::get_deploy(plan.services[service].id, state.deploy),
      run.last_poll ? Repeat::safely : Repeat::never, {Asked::poll, service});
}

void Rollout::State::time_is_up(Time now, std::size_t service) {
  const ServiceProgress& state = progress.services[service];
  if (state.phase == ServicePhase::checking) {
    return end_service(now, service, ServiceOutcome::failed,
                       "it is live, but its health path did not answer successfully in time",
                       "check its log; the deploy itself is live");
  }
  // Without an answer to the last poll, the current status is unknown.
  const bool answered =
      services[service].misses == 0 && services[service].last_poll && !services[service].busy;
  const std::string& trouble = services[service].trouble;
  end_service(
      now, service, ServiceOutcome::timed_out,
      fmt::format("its deploy {} {} after {}{}", answered ? "is still" : "was last seen",
                  state.status_text.empty() ? "in progress" : clean(state.status_text),
                  format_duration(plan.rollout.timeout),
                  answered ? "" : "; since then: " + (trouble.empty() ? "no poll was answered" : trouble)),
      "it continues; `envlink resume` keeps watching, `envlink verify` shows when it is live");
}

void Rollout::State::poll_answered(Time now, std::size_t service, const Delivery& delivery) {
  ServiceRun& run = services[service];
  run.busy = false;
  run.next_poll.reset();
  if (progress.services[service].phase != ServicePhase::watching) return;
  const api::Response* response = success(delivery.outcome);
  if (response == nullptr) return poll_failed(now, service, delivery);
  const Result<model::Deploy> deploy = api::parse_deploy(*response);
  if (!deploy || deploy->id != progress.services[service].deploy) return poll_failed(now, service, delivery);
  run.misses = 0;
  run.trouble.clear();
  observe(now, service, *deploy);
}

/// A failed poll changes nothing: the deploy's timeout bounds it. A deploy that Render refuses to show, or
/// keeps not finding, is given up.
void Rollout::State::poll_failed(Time now, std::size_t service, const Delivery& delivery) {
  ServiceRun& run = services[service];
  ++run.misses;
  const Error error = success(delivery.outcome) != nullptr
                          ? Error{.what = "Render's reply could not be read"}
                          : api::explain(delivery.request, delivery.outcome, "check it");
  run.trouble = error.what;
  if (is_refusal(delivery.outcome))
    return end_service(now, service, ServiceOutcome::unsettled, what_and_why(error), error.cure);
  if (api::verdict_of(delivery.outcome) == api::Verdict::not_found && run.misses >= most_misses_not_found) {
    return end_service(
        now, service, ServiceOutcome::unsettled,
        fmt::format("Render does not know its deploy {}", clean(progress.services[service].deploy.text())),
        "check its deploys in the Dashboard");
  }
  run.next_poll =
      now + std::min(backoff_before_attempt(plan.api, run.misses + 1), plan.rollout.poll_interval);
}

void Rollout::State::observe(Time now, std::size_t service, const model::Deploy& deploy) {
  const plan::PlannedService& planned = plan.services[service];
  services[service].seen = deploy;
  services[service].seen_at = services[service].told_at;
  if (progress.services[service].status_text != deploy.status_text)
    record(now, DeployObserved{event_service(plan, service), deploy.id, deploy.status_text});
  switch (class_of(deploy.status)) {
    case model::DeployClass::running:
      return;
    case model::DeployClass::live:
      if (plan.rollout.gate == model::Gate::healthy && !planned.health_url.empty()) {
        services[service].next_poll = now;
        return record(now, HealthObserved{event_service(plan, service), 0, "live; checking its health path"});
      }
      return end_service(now, service, ServiceOutcome::live, "");
    case model::DeployClass::failed:
      return end_service(now, service, ServiceOutcome::failed, failure_of(deploy),
                         read_log(planned, deploy.id));
    case model::DeployClass::superseded:
    case model::DeployClass::canceled:
      services[service].busy = true;
      if (!services[service].replaced_at) services[service].replaced_at = now;
      ask(api::list_deploys(planned.id, deploys_read), Repeat::safely, {Asked::successor_read, service});
      return;
  }
}

/// The list may not show yet which deploy took over.
bool Rollout::State::may_show_later(std::size_t service, const Delivery& list) const {
  const ServiceRun& run = services[service];
  if (list.sent_at >= *run.replaced_at + list_lag) return false;
  const auto listed = api::date_of(*success(list.outcome));
  return !listed || !run.seen->finished || *listed < *run.seen->finished + list_lag;
}

void Rollout::State::successor_read(Time now, std::size_t service, const Delivery& delivery) {
  services[service].busy = false;
  const ServiceProgress& state = progress.services[service];
  if (state.phase != ServicePhase::watching) return;
  const api::Response* response = success(delivery.outcome);
  Result<api::Page<model::Deploy>> page =
      response != nullptr ? api::parse_deploys(*response)
                          : fail(api::explain(delivery.request, delivery.outcome, "list the deploys"));
  if (!page) return poll_failed(now, service, delivery);
  const model::Deploy& ours = *services[service].seen;
  const Before before = known_before(service);
  std::erase_if(page->items, [&](const model::Deploy& deploy) {
    return deploy.id != ours.id && was_there(deploy, before);
  });
  const model::Deploy* successor = successor_of(page->items, ours);
  if (successor == nullptr && may_show_later(service, delivery)) {
    services[service].next_poll =
        std::min(now + successor_again_after, std::max(now, *services[service].replaced_at + list_lag));
    return;
  }
  const bool was_live = class_of(state.status) == model::DeployClass::superseded;
  const std::string own = clean(state.deploy.text());
  if (successor == nullptr) {
    if (was_live)
      return end_service(now, service, ServiceOutcome::superseded, fmt::format("{} was live", own));
    return end_service(now, service, ServiceOutcome::canceled,
                       fmt::format("its deploy {} was canceled by somebody", own),
                       "find out who canceled it, then run `envlink apply` again");
  }
  const std::string other = fmt::format("{} ({})", clean(successor->id.text()), clean(successor->trigger));
  if (successor->trigger == "rollback") {
    return end_service(now, service, ServiceOutcome::canceled,
                       fmt::format("{} was rolled back by {}", own, other),
                       "find out who rolled it back, then run `envlink apply` again");
  }
  const model::DeployClass outcome = class_of(successor->status);
  if (outcome == model::DeployClass::live || (was_live && outcome != model::DeployClass::running)) {
    return end_service(now, service, ServiceOutcome::superseded,
                       fmt::format("{} replaced {} and has the change too", other, own));
  }
  if (outcome == model::DeployClass::running || outcome == model::DeployClass::superseded) {
    return attribute(now, service, *successor, fmt::format("it replaced {}", own));
  }
  services[service].seen = *successor;
  end_service(now, service,
              outcome == model::DeployClass::failed ? ServiceOutcome::failed : ServiceOutcome::canceled,
              fmt::format("{} replaced {} and is {}", other, own, clean(successor->status_text)),
              read_log(plan.services[service], successor->id));
}

void Rollout::State::health_answered(Time now, std::size_t service, const Delivery& delivery) {
  services[service].busy = false;
  if (progress.services[service].phase != ServicePhase::checking) return;
  if (success(delivery.outcome) != nullptr) return end_service(now, service, ServiceOutcome::live, "");
  const auto* response = std::get_if<api::Response>(&delivery.outcome);
  record(now, HealthObserved{event_service(plan, service), response != nullptr ? response->status : 0,
                             response != nullptr ? fmt::format("its health path answers {}", response->status)
                                                 : "its health path does not answer"});
  services[service].next_poll = now + health_again_after;
}

}  // namespace envlink::engine
