// Every group is read before the first value is written. No link changes and no deploy is requested before
// every value was read back.

#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "api/written_value.h"
#include "base/text.h"
#include "engine/rollout_state.h"

namespace envlink::engine {
namespace {

using plan::ValueAction;
using plan::ValueChange;
using Stage = ValueRun::Stage;

constexpr std::string_view plan_again = "plan again: somebody else is changing this group too";

std::string name_of(const ValueChange& change) {
  const std::string name = clean(model::name_of(change.key));
  return model::is_file_key(change.key) ? fmt::format("secret file {}", name) : name;
}

/// "set DATABASE_URL of my-secrets"
std::string words_for(const ValueChange& change) {
  return fmt::format("{} {} of {}", word(change.action), name_of(change), clean(change.group_name));
}

bool shows(const model::Group& group, const ValueChange& change, const std::string& digest) {
  if (digest.empty()) return !group.holds(change.key);
  const auto shown = group.digest_of(change.key);
  return shown && shown->hex() == digest;
}

/// Whether the answer shows the group's values of that kind.
bool tells(const model::Group& group, const ValueChange& change) {
  return model::is_file_key(change.key) ? group.files_told : group.variables.has_value();
}

bool is_hidden(const model::Group& group, const ValueChange& change) {
  return group.holds(change.key) && !group.digest_of(change.key);
}

Error hidden(const ValueChange& change) {
  return {.why = fmt::format("Render hides {} from the owner of this key, so it could not be read back",
                             name_of(change)),
          .cure = "use the key of a member who may see it"};
}

/// The value to unset does not exist, according to Render.
bool is_gone(const ValueChange& change, const api::Outcome& outcome) {
  return change.action == ValueAction::unset && api::verdict_of(outcome) == api::Verdict::not_found;
}

/// The request may have taken effect, or may succeed when repeated.
bool may_pass(api::Verdict verdict) {
  return verdict == api::Verdict::ok || api::is_passing(verdict);
}

}  // namespace

/// Time has passed: while no service has begun, proved values are read once more.
void Rollout::State::resume_values(Time now) {
  for (std::size_t value = 0; value < values.size(); ++value) {
    if (progress.values[value].phase == WritePhase::sent)
      record(now,
             ValueAnswered{.value = event_value(plan, value), .why = std::string(ended_before_the_answer)});
  }
  const bool begun = std::ranges::any_of(progress.services, [](const ServiceProgress& one) {
    return one.phase != ServicePhase::unchanged && one.phase != ServicePhase::waiting;
  });
  if (!begun || !progress.values_proved()) return;
  for (ValueRun& value : values) value.stage = Stage::settled;
}

bool Rollout::State::values_settled() const {
  const auto is_at_work = [&](const ValueRun& value) {
    switch (value.stage) {
      case Stage::settled:
        return false;
      case Stage::writing:
        return true;
      case Stage::unseen:
      case Stage::due:
        return !stopped_writing && !halted;
      default:
        return progress.interrupts == 0 && !unauthorized;
    }
  };
  return std::ranges::none_of(values, is_at_work);
}

std::optional<Time> Rollout::State::values_read_back() const {
  std::optional<Time> last;
  for (const WriteProgress& value : progress.values) {
    if (!value.read_back) return std::nullopt;
    last = std::max(last, value.read_back);
  }
  return last;
}

void Rollout::State::drive_values(Time now) {
  if (values_settled()) return;
  const bool all_looked_at = std::ranges::all_of(value_groups, &ValueGroup::looked);
  for (std::size_t index = 0; index < value_groups.size(); ++index) {
    ValueGroup& group = value_groups[index];
    if (group.asked) continue;
    const auto in = [&](Stage stage) {
      return std::ranges::find_if(group.values,
                                  [&](std::size_t value) { return values[value].stage == stage; });
    };
    if (!group.looked) {
      if (in(Stage::unseen) == group.values.end()) continue;
      if (group.look_at && now < *group.look_at) {
        wake_at(*group.look_at);
        continue;
      }
      group.asked = true;
      ask(api::get_group(group.id), Repeat::safely, {Asked::values_look, index});
      continue;
    }
    for (const std::size_t value : group.values) {
      ValueRun& run = values[value];
      if (run.stage != Stage::resting) continue;
      if (now < run.rest_until) {
        wake_at(run.rest_until);
      } else {
        run.stage = run.write_again ? Stage::due : Stage::answered;
      }
    }
    if (!all_looked_at || in(Stage::writing) != group.values.end()) continue;
    const bool refused = std::ranges::any_of(group.values, [&](std::size_t value) {
      if (values[value].stage != Stage::answered) return false;
      const api::Outcome& answer = *values[value].answer;
      return !may_pass(api::verdict_of(answer)) && !is_gone(plan.values[value], answer);
    });
    const auto due = in(Stage::due);
    if (due != group.values.end() && !refused && !stopped_writing && !halted) {
      write_value(now, *due);
      continue;
    }
    if (in(Stage::answered) == group.values.end()) continue;
    for (const std::size_t value : group.values) {
      if (values[value].stage == Stage::answered) values[value].stage = Stage::reading;
    }
    group.asked = true;
    ask(api::get_group(group.id), Repeat::safely, {Asked::values_read, index});
  }
}

/// Returns the group. Fails if the answer does not show every value that changes.
Result<model::Group> Rollout::State::read_values(const ValueGroup& group, const Delivery& delivery,
                                                 std::string_view doing) const {
  const std::string task = fmt::format("{} {}", doing, clean(group.name));
  const api::Response* response = success(delivery.outcome);
  if (response == nullptr) return fail(api::explain(delivery.request, delivery.outcome, task));
  auto read = api::parse_group(*response, nullptr, writes.digest);
  if (!read) return read;
  const bool whole = read->id == group.id && std::ranges::all_of(group.values, [&](std::size_t value) {
                       return tells(*read, plan.values[value]);
                     });
  if (whole) return read;
  return fail({.what = fmt::format("could not {}: Render's answer does not contain its variables", task),
               .cure = "check the group in the Dashboard, and try again"});
}

/// Decides what is written once all groups were read.
void Rollout::State::values_looked(Time now, std::size_t index, const Delivery& delivery) {
  ValueGroup& group = value_groups[index];
  group.asked = false;
  group.looked = true;
  const auto read = read_values(group, delivery, "read");
  if (!read) return fail_group(now, group, delivery, read.error());
  const api::Response* response = success(delivery.outcome);
  for (const std::size_t value : group.values) {
    // An earlier process proved it: if it does not show, a replica may lag.
    const bool proved = progress.values[value].phase == WritePhase::proved;
    const Time shown_by = progress.resumed_at.value_or(now) + link_lag;
    if (!proved || shows(*read, plan.values[value], plan.values[value].after) || delivery.sent_at >= shown_by)
      continue;
    group.looked = false;
    group.look_at = shown_by;
    return wake_at(shown_by);
  }
  // If Render hides some of them, the log of a failure is not shown at all.
  [[maybe_unused]] const auto learnt = replaced.learn_group(*response);
  std::vector<std::size_t> kept;
  std::vector<std::string> keys;
  for (const std::size_t value : group.values) {
    const ValueChange& change = plan.values[value];
    const bool was_proved = progress.values[value].phase == WritePhase::proved;
    // The write to undo is recent: a replica that lags may show the value before it.
    const bool counts = plan.undoes == 0 || was_proved;
    if (shows(*read, change, change.after) && counts) {
      prove_value(now, value, delivery);
    } else if (is_hidden(*read, change)) {
      const Error error = hidden(change);
      fail_value(now, value, progress.values[value].attempts == 0, error.why, error.cure);
    } else if (!shows(*read, change, change.before) && !shows(*read, change, change.after)) {
      fail_value(now, value, true, "somebody changed it after the plan was made", std::string(plan_again));
    } else if (was_proved) {
      fail_value(now, value, true,
                 "it was set and confirmed, but now has its earlier value again: somebody changed it",
                 std::string(plan_again));
    } else {
      values[value].stage = Stage::due;
      kept.push_back(value);
      keys.push_back(change.key);
    }
  }
  if (plan.keeps_undo && !kept.empty()) {
    auto held = api::values_held(*response, keys);
    if (!held) return fail_group(now, group, delivery, held.error());
    for (std::size_t i = 0; i < kept.size(); ++i) undo.push_back({kept[i], std::move((*held)[i])});
  }
}

void Rollout::State::write_value(Time now, std::size_t value) {
  const ValueChange& change = plan.values[value];
  ValueRun& run = values[value];
  run.stage = Stage::writing;
  ++run.tries;
  run.request = change.action == ValueAction::set
                    ? api::put_value(change.group, change.key, writes.bodies[value])
                    : api::delete_value(change.group, change.key);
  record(now, ValueIntended{event_value(plan, value), progress.values[value].attempts + 1});
  ask(run.request, Repeat::if_not_carried_out, {Asked::value_write, value});
}

void Rollout::State::value_answered(Time now, std::size_t value, const Delivery& delivery) {
  ValueRun& run = values[value];
  run.stage = Stage::answered;
  run.answered_at = now;
  const auto* response = std::get_if<api::Response>(&delivery.outcome);
  const bool accepted = success(delivery.outcome) != nullptr;
  if (const auto* silence = std::get_if<api::NoAnswer>(&delivery.outcome))
    lost_until = std::max(lost_until.value_or(now), now + may_arrive_for(*silence));
  // Only the status of a success is used later; its body has values.
  run.answer = accepted ? api::Response{.status = response->status} : delivery.outcome;
  ValueAnswered event{.value = event_value(plan, value)};
  if (response != nullptr) take_answer(*response, event);
  if (!accepted) {
    const std::string task = words_for(plan.values[value]);
    event.why = without_task(task, api::explain(run.request, delivery.outcome, task).what);
  }
  record(now, std::move(event));
}

void Rollout::State::group_read_back(Time now, std::size_t index, const Delivery& delivery) {
  ValueGroup& group = value_groups[index];
  group.asked = false;
  const auto read = read_values(group, delivery, "read back");
  if (!read) return fail_group(now, group, delivery, read.error());
  for (const std::size_t value : group.values) {
    if (values[value].stage == Stage::reading) judge_value(now, value, *read, delivery);
  }
  // From here on, a different value was written by somebody else.
  values_before.groups[group.id] = plan::values_of(*read);
}

void Rollout::State::judge_value(Time now, std::size_t value, const model::Group& group,
                                 const Delivery& read) {
  const ValueChange& change = plan.values[value];
  ValueRun& run = values[value];
  const bool made = success(*run.answer) != nullptr || is_gone(change, *run.answer);
  // As for links: without a success, a replica that lags may show the value before the undone write.
  const bool may_be_older = plan.undoes != 0 && !made && read.sent_at < run.answered_at + link_lag;
  if (shows(group, change, change.after) && !may_be_older) return prove_value(now, value, read);
  const auto rest = [&](Time until, bool write_again) {
    run.stage = Stage::resting;
    run.rest_until = until;
    run.write_again = write_again;
  };
  const api::Verdict verdict = api::verdict_of(*run.answer);
  if (is_hidden(group, change)) {
    const Error error = hidden(change);
    return fail_value(now, value, false, error.why, error.cure);
  }
  if (shows(group, change, change.after)) return rest(run.answered_at + link_lag, false);
  if (!shows(group, change, change.before))
    return fail_value(now, value, true, "reading it back shows a different value: somebody changed it",
                      std::string(plan_again));
  if (made) {
    const Time shows_by = run.answered_at + link_lag;
    if (read.sent_at < shows_by) {
      const auto left = std::chrono::ceil<std::chrono::seconds>(shows_by - now);
      record(now, Waiting{static_cast<int>(left.count()),
                          fmt::format("{} does not show {} yet, reading again in {}",
                                      clean(change.group_name), name_of(change), format_duration(left))});
      return rest(shows_by, false);
    }
    return fail_value(now, value, true,
                      fmt::format("Render answered {}, but the value did not change",
                                  std::get<api::Response>(*run.answer).status),
                      "check the group in the Dashboard, then plan again");
  }
  if (may_pass(verdict) && run.tries <= plan.api.retries && progress.interrupts == 0)
    return rest(now + backoff_before_attempt(plan.api, run.tries + 1), true);
  const Error error = api::explain(run.request, *run.answer, words_for(change));
  const bool refused = !may_pass(verdict) && verdict != api::Verdict::limited;
  fail_value(now, value, refused, what_and_why(error), error.cure);
}

void Rollout::State::prove_value(Time now, std::size_t value, const Delivery& read) {
  values[value].stage = Stage::settled;
  writes.bodies[value].reset();
  values[value].request.secret.reset();
  record(now, ValueProved{event_value(plan, value), api::date_of(std::get<api::Response>(read.outcome))});
}

/// Nothing more is written or deployed. Writes already sent are still read back.
void Rollout::State::fail_value(Time now, std::size_t value, bool unchanged, std::string why,
                                std::string cure) {
  values[value].stage = Stage::settled;
  writes.bodies[value].reset();
  stopped_writing = true;
  const std::string task = words_for(plan.values[value]);
  why = without_task(task, why);
  const std::string because = fmt::format("could not {}: {}", task, why);
  record(now, ValueFailed{event_value(plan, value), unchanged, std::move(why), std::move(cure)});
  stop_waiting(now, because);
}

/// The group could not be read: each of its values that is not settled is unproved.
void Rollout::State::fail_group(Time now, const ValueGroup& group, const Delivery& delivery,
                                const Error& error) {
  const bool refused =
      is_refusal(delivery.outcome) || api::verdict_of(delivery.outcome) == api::Verdict::not_found;
  for (const std::size_t value : group.values) {
    const Stage stage = values[value].stage;
    if (stage == Stage::unseen || stage == Stage::due || stage == Stage::reading)
      fail_value(now, value, refused && progress.values[value].attempts == 0, what_and_why(error),
                 error.cure);
  }
}

}  // namespace envlink::engine
