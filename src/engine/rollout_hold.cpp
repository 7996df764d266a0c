// rollout.hold: automatic deploys are switched off and read back before the first write. They are restored
// after everything else, however the run ends.

#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "base/text.h"
#include "engine/rollout_state.h"

namespace envlink::engine {
namespace {

using Stage = HoldRun::Stage;

std::string words_for(HoldAction action, const plan::PlannedService& service) {
  return fmt::format("switch auto-deploy of {} {}", clean(service.name),
                     action == HoldAction::hold ? "off" : "back on");
}

/// Render's word for off, for a service whose word for on is `on`.
std::string_view off_word(std::string_view on) {
  return on == "yes" ? "no" : "off";
}

/// One more try costs a request; giving up costs those that restore what is already off.
int most_tries(const model::ApiSettings& settings, const api::Outcome& outcome, bool restoring) {
  constexpr int patient = 10;
  const bool limited = api::verdict_of(outcome) == api::Verdict::limited;
  return restoring || limited ? std::max(patient, settings.retries) : settings.retries;
}

Duration rest_before(const model::ApiSettings& settings, int attempt) {
  constexpr Duration longest = std::chrono::seconds(30);
  return std::min(backoff_before_attempt(settings, attempt), std::max(longest, settings.backoff));
}

bool is_worth_repeating(const api::Outcome& outcome) {
  const api::Verdict verdict = api::verdict_of(outcome);
  return api::is_passing(verdict) || verdict == api::Verdict::limited;
}

Duration may_arrive_after(const api::Outcome& outcome) {
  if (const auto* silence = std::get_if<api::NoAnswer>(&outcome)) return may_arrive_for(*silence);
  if (api::verdict_of(outcome) == api::Verdict::limited) return Duration{0};
  return latest_arrival_after_error;
}

Result<model::Service> shown_service(const Delivery& delivery, const ServiceId& id, const std::string& task) {
  const api::Response* response = success(delivery.outcome);
  if (response == nullptr) return fail(api::explain(delivery.request, delivery.outcome, task));
  auto read = api::parse_service(*response);
  if (!read || (read->id == id && read->auto_deploy)) return read;
  return fail({.what = fmt::format("could not {}: Render's answer does not say whether it is on", task),
               .cure = "check the service in the Dashboard"});
}

}  // namespace

/// Writes still wait until automatic deploys are off.
bool Rollout::State::awaits_holds() const {
  if (progress.interrupts > 0) return false;
  const bool failed = std::ranges::any_of(
      holds, [this](const auto& one) { return progress.services[one.first].hold.failed.has_value(); });
  return !failed &&
         std::ranges::any_of(holds, [](const auto& one) { return one.second.stage != Stage::settled; });
}

void Rollout::State::resume_holds(Time now) {
  for (std::size_t service = 0; service < services.size(); ++service) {
    const HoldProgress& hold = progress.services[service].hold;
    if (hold.phase == HoldPhase::untouched && hold.attempts == 0) continue;
    HoldRun& run = holds[service];
    if (hold.unheard > 0) run.on_by = now + may_arrive_for({});
    run.off_by = run.on_by.value_or(now) + link_lag;
    if (!plan.services[service].hold) run.stage = Stage::settled;
  }
  if (!progress.values_proved()) return;
  for (std::size_t link = 0; link < links.size(); ++link) {
    const bool ended = progress.services[plan.links[link].service].phase == ServicePhase::ended;
    if (!ended && progress.links[link].phase != WritePhase::proved) return;
  }
  // Only deploys are left, which give Render no reason to deploy by itself.
  for (auto& [service, run] : holds) run.stage = Stage::settled;
}

void Rollout::State::begin_restoring(Time now) {
  restoring = true;
  for (auto& [service, run] : holds) run.stage = Stage::settled;
  for (std::size_t service = 0; service < services.size(); ++service) {
    if (!progress.services[service].hold.to_restore()) continue;
    HoldRun& run = holds[service];
    run = {.action = HoldAction::restore, .off_by = run.off_by.value_or(now + link_lag)};
  }
}

bool Rollout::State::holds_restored() const {
  return std::ranges::all_of(holds, [](const auto& one) {
    return one.second.action == HoldAction::hold || one.second.stage == Stage::settled;
  });
}

void Rollout::State::drive_holds(Time now) {
  for (auto& [service, run] : holds) {
    if (run.stage == Stage::resting && now < run.rest_until) wake_at(run.rest_until);
    if (run.stage == Stage::resting && now >= run.rest_until) {
      run.stage = Stage::idle;
      if (run.write_again) write_hold(now, service, progress.services[service].hold.was);
    }
    if (run.stage != Stage::idle) continue;
    run.stage = Stage::reading;
    run.asked = ask(api::get_service(plan.services[service].id), Repeat::safely, {Asked::hold_read, service});
  }
}

void Rollout::State::write_hold(Time now, std::size_t service, const std::string& was) {
  HoldRun& run = holds[service];
  run.stage = Stage::writing;
  ++run.tries;
  run.request = api::set_auto_deploy(plan.services[service].id,
                                     run.action == HoldAction::hold ? off_word(was) : std::string_view(was));
  record(now, HoldIntended{event_service(plan, service), run.action, was,
                           progress.services[service].hold.attempts + 1});
  ask(run.request, Repeat::if_not_carried_out, {Asked::hold_write, service});
}

void Rollout::State::hold_answered(Time now, std::size_t service, const Delivery& delivery) {
  HoldRun& run = holds[service];
  run.stage = Stage::idle;
  run.answered_at = now;
  run.answer = delivery.outcome;
  const bool accepted = success(delivery.outcome) != nullptr;
  if (run.action == HoldAction::hold && (accepted || is_worth_repeating(delivery.outcome))) {
    const Duration arrives = accepted ? Duration{0} : may_arrive_after(delivery.outcome);
    run.off_by = std::max(run.off_by.value_or(now), now + arrives + link_lag);
  }
  HoldAnswered event{.service = event_service(plan, service), .action = run.action};
  if (const auto* response = std::get_if<api::Response>(&delivery.outcome)) take_answer(*response, event);
  if (!accepted) {
    const std::string task = words_for(run.action, plan.services[service]);
    event.why = without_task(task, api::explain(run.request, delivery.outcome, task).what);
  }
  record(now, std::move(event));
}

void Rollout::State::hold_read(Time now, std::size_t service, const Delivery& delivery) {
  HoldRun& run = holds[service];
  if (run.stage != Stage::reading || run.asked != delivery.id) return;
  const auto read =
      shown_service(delivery, plan.services[service].id, words_for(run.action, plan.services[service]));
  if (!read) {
    const bool limited = api::verdict_of(delivery.outcome) == api::Verdict::limited;
    const bool again = (restoring || limited) && !is_refusal(delivery.outcome) &&
                       ++run.unread <= most_tries(plan.api, delivery.outcome, restoring);
    if (!again) return fail_hold(now, service, what_and_why(read.error()), read.error().cure);
    return rest_hold(now, service, now + rest_before(plan.api, run.unread + 1), "could not be read");
  }
  run.unread = 0;
  if (run.action == HoldAction::hold) {
    judge_off(now, service, *read, delivery);
  } else {
    judge_restored(now, service, *read, delivery);
  }
}

void Rollout::State::judge_off(Time now, std::size_t service, const model::Service& read,
                               const Delivery& delivery) {
  HoldRun& run = holds[service];
  if (*read.auto_deploy) {
    if (run.answer) return write_hold_again(now, service, delivery);
    if (awaits_holds()) return write_hold(now, service, read.auto_deploy_word());
  }
  // An earlier process may have requested to switch them on again, and that may still arrive.
  if (!*read.auto_deploy && run.on_by && delivery.sent_at < *run.on_by)
    return rest_hold(now, service, *run.on_by, "may still be switched on by an earlier request");
  run.stage = Stage::settled;
  // Off already, and not by this run: nothing to restore.
  if (*read.auto_deploy || !progress.services[service].hold.to_restore()) return;
  record(now, HoldProved{event_service(plan, service), HoldAction::hold, read.auto_deploy_word()});
  if (progress.services[service].hold.unheard == 0) run.off_by = now + link_lag;
}

void Rollout::State::judge_restored(Time now, std::size_t service, const model::Service& read,
                                    const Delivery& delivery) {
  HoldRun& run = holds[service];
  const HoldProgress& hold = progress.services[service].hold;
  if (!*read.auto_deploy) {
    if (run.answer) return write_hold_again(now, service, delivery);
    return write_hold(now, service, hold.was);
  }
  // A request to switch them off may still arrive, and a replica that lags may show the setting before it.
  const bool put_back = run.answer && success(*run.answer) != nullptr && hold.unheard == 0;
  if (read.auto_deploy_word() == hold.was && !put_back && delivery.sent_at < *run.off_by)
    return rest_hold(now, service, *run.off_by, "may still be switched off by an earlier request");
  run.stage = Stage::settled;
  record(now, HoldProved{event_service(plan, service), HoldAction::restore, read.auto_deploy_word()});
}

/// The setting was written, and the reading does not show it.
void Rollout::State::write_hold_again(Time now, std::size_t service, const Delivery& read) {
  HoldRun& run = holds[service];
  const api::Outcome& answer = *run.answer;
  const bool accepted = success(answer) != nullptr;
  const bool hold = run.action == HoldAction::hold;
  const Time shows_by = run.answered_at + link_lag;
  if (accepted && read.sent_at < shows_by)
    return rest_hold(now, service, shows_by, hold ? "still appears on" : "still appears off");
  const bool more = run.tries <= most_tries(plan.api, answer, restoring) && (awaits_holds() || restoring);
  if ((accepted || is_worth_repeating(answer)) && more) {
    run.stage = Stage::resting;
    run.rest_until = now + rest_before(plan.api, run.tries + 1);
    run.write_again = true;
    return;
  }
  const std::string task = words_for(run.action, plan.services[service]);
  if (accepted) {
    return fail_hold(now, service,
                     fmt::format("could not {}: Render answered {}, and nothing changed", task,
                                 std::get<api::Response>(answer).status),
                     "");
  }
  const Error error = api::explain(run.request, answer, task);
  fail_hold(now, service, what_and_why(error), error.cure);
}

void Rollout::State::rest_hold(Time now, std::size_t service, Time until, std::string_view shows) {
  HoldRun& run = holds[service];
  run.stage = Stage::resting;
  run.rest_until = until;
  run.write_again = false;
  wake_at(until);
  const auto left = std::chrono::ceil<std::chrono::seconds>(until - now);
  if (left <= Duration{0}) return;
  record(now, Waiting{static_cast<int>(left.count()),
                      fmt::format("auto-deploy of {} {}, reading again in {}",
                                  clean(plan.services[service].name), shows, format_duration(left))});
}

void Rollout::State::fail_hold(Time now, std::size_t service, const std::string& why, std::string cure) {
  HoldRun& run = holds[service];
  run.stage = Stage::settled;
  const bool hold = run.action == HoldAction::hold;
  if (!hold) {
    cure = fmt::format(
        "{}Try again: envlink resume\nOr switch it on in its settings in the Dashboard; it was `{}`",
        cure.empty() ? "" : cure + "\n", clean(progress.services[service].hold.was));
  }
  const std::string task = words_for(run.action, plan.services[service]);
  record(now, HoldFailed{event_service(plan, service), run.action, without_task(task, why), cure});
  if (!hold) return;
  stopped_writing = true;
  stop_waiting(now, why);
  for (std::size_t other = 0; other < services.size(); ++other) {
    const ServiceProgress& one = progress.services[other];
    const bool has_begun = one.phase != ServicePhase::unchanged && one.phase != ServicePhase::ended;
    if (has_begun && !one.requested_at) end_service(now, other, ServiceOutcome::unsettled, why, cure);
  }
}

}  // namespace envlink::engine
