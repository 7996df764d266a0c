#include "engine/rollout.h"

#include <fmt/format.h>
#include <algorithm>

#include "api/error_message.h"
#include "api/message.h"
#include "base/text.h"
#include "engine/attribution.h"
#include "engine/rollout_state.h"

namespace envlink::engine {

using model::Outcome;

namespace {

bool tells_of_a_deploy(Asked asked) {
  return asked == Asked::deploy_write || asked == Asked::settle_read || asked == Asked::poll ||
         asked == Asked::successor_read || asked == Asked::snapshot;
}

}  // namespace

Duration may_arrive_for(const api::NoAnswer& silence) {
  return silence.timed_out ? latest_arrival_after_waiting : latest_arrival;
}

ServiceOutcome service_outcome_of(const api::Outcome& outcome) {
  switch (api::verdict_of(outcome)) {
    case api::Verdict::limited:
    case api::Verdict::transient:
    case api::Verdict::ambiguous:
      return ServiceOutcome::unsettled;
    default:
      return ServiceOutcome::failed;
  }
}

bool is_refusal(const api::Outcome& outcome) {
  const auto* response = std::get_if<api::Response>(&outcome);
  const api::Verdict verdict = api::verdict_of(outcome);
  // A redirect comes from a proxy or a login page and may be over at the next poll.
  return response != nullptr && response->status >= 400 &&
         (verdict == api::Verdict::refused || verdict == api::Verdict::unauthorized);
}

std::string what_and_why(const Error& error) {
  return error.why.empty() ? error.what : error.what + ": " + error.why;
}

std::string without_task(const std::string& task, const std::string& why) {
  const std::string begins = fmt::format("could not {}: ", task);
  return why.starts_with(begins) ? why.substr(begins.size()) : why;
}

Rollout::State::State(std::shared_ptr<const plan::Plan> the_plan, Budget budget)
    : own_plan(the_plan->new_group ? std::make_shared<plan::Plan>(*the_plan) : nullptr),
      kept_plan(own_plan ? own_plan : std::move(the_plan)),
      plan(*kept_plan),
      progress(Progress::of(plan)),
      scheduler(plan.api, std::move(budget)),
      values(plan.values.size()),
      links(plan.links.size()),
      services(plan.services.size()) {
  for (std::size_t value = 0; value < plan.values.size(); ++value) {
    const plan::ValueChange& change = plan.values[value];
    auto group = std::ranges::find(value_groups, change.group, &ValueGroup::id);
    if (group == value_groups.end())
      group = value_groups.insert(group, ValueGroup{change.group, change.group_name, {}, false, false, {}});
    group->values.push_back(value);
  }
  for (std::size_t link = 0; link < plan.links.size(); ++link) {
    const plan::LinkChange& change = plan.links[link];
    services[change.service].links.push_back(link);
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const GroupRun& g) { return g.id == change.group; });
    if (group == groups.end()) {
      groups.push_back(GroupRun{change.group, change.group_name, {}, false});
      group = groups.end() - 1;
    }
    group->links.push_back(link);
  }
  for (std::size_t service = 0; service < plan.services.size(); ++service) {
    for (const std::size_t before : plan.services[service].waits_for)
      services[before].dependants.push_back(service);
  }
  for (std::size_t service = 0; service < plan.services.size(); ++service) {
    if (plan.services[service].hold) holds[service] = {};
  }
  for (const auto& wave : plan.waves) order.insert(order.end(), wave.begin(), wave.end());
  for (std::size_t service = 0; service < plan.services.size(); ++service) {
    if (plan.services[service].wave == 0 && !services[service].links.empty()) order.push_back(service);
  }
}

void Rollout::State::record(Time now, Event::What what) {
  fresh.push_back({now, std::move(what)});
  progress.apply(fresh.back());
}

RequestId Rollout::State::ask(api::Request request, Repeat repeat, Purpose purpose) {
  if (request.method != api::Method::get) ++writes_under_way;
  const RequestId id = scheduler.enqueue(std::move(request), repeat);
  under_way.emplace(id, purpose);
  return id;
}

void Rollout::State::end_service(Time now, std::size_t service, ServiceOutcome outcome, std::string reason,
                                 std::string cure) {
  const ServiceProgress& before = progress.services[service];
  if (before.phase == ServicePhase::ended) return;
  if (services[service].begun) --active;
  if (outcome == ServiceOutcome::live) learn_length(now, service);
  record(now, ServiceEnded{event_service(plan, service), outcome, before.deploy, std::move(reason),
                           std::move(cure)});
  const bool ended_badly = outcome == ServiceOutcome::failed || outcome == ServiceOutcome::canceled;
  if (ended_badly && !before.deploy.empty()) fetch_failure_details(now, service);
  if (!succeeded(outcome)) block_dependants(now, service);
}

void Rollout::State::block_dependants(Time now, std::size_t service) {
  const std::string name = clean(plan.services[service].name);
  if (plan.rollout.on_failure != model::OnFailure::continue_) {
    if (progress.services[service].outcome == ServiceOutcome::not_started) return;
    return stop_waiting(now, fmt::format("{} failed, so the rollout stopped", name));
  }
  for (const std::size_t dependant : services[service].dependants) {
    if (!services[dependant].begun) {
      end_service(now, dependant, ServiceOutcome::not_started, fmt::format("it depends on {}", name));
    }
  }
}

bool Rollout::State::gate_passed(std::size_t service) const {
  const ServiceProgress& one = progress.services[service];
  if (one.phase == ServicePhase::ended) return succeeded(one.outcome);
  if (plan.rollout.gate != model::Gate::started || one.phase != ServicePhase::watching) return false;
  const bool queued = one.status == model::DeployStatus::created || one.status == model::DeployStatus::queued;
  const model::DeployClass outcome = class_of(one.status);
  return !queued && outcome != model::DeployClass::failed && outcome != model::DeployClass::canceled;
}

bool Rollout::State::may_begin(std::size_t service) const {
  if (services[service].begun || progress.services[service].phase != ServicePhase::waiting) return false;
  if (active >= plan.rollout.max_parallel) return false;
  const auto& before = plan.services[service].waits_for;
  return std::all_of(before.begin(), before.end(), [this](std::size_t one) { return gate_passed(one); });
}

void Rollout::State::begin_ready(Time now) {
  if (halted || awaits_cause(now) || !progress.values_proved() || !values_settled()) return;
  for (const std::size_t service : order) {
    if (!may_begin(service)) continue;
    ++active;
    services[service].begun = true;
    at_work.push_back(service);
    wake_at(now);
    begin_links(now, service);
  }
  std::erase_if(order, [this](std::size_t service) {
    return services[service].begun || progress.services[service].phase != ServicePhase::waiting;
  });
}

void Rollout::State::drive_deploys(Time now) {
  watched = static_cast<std::size_t>(std::ranges::count_if(at_work, [this](std::size_t service) {
    return progress.services[service].phase == ServicePhase::watching;
  }));
  for (const std::size_t service : at_work) drive_deploy(now, service);
  std::erase_if(at_work, [this](std::size_t service) {
    return progress.services[service].phase == ServicePhase::ended;
  });
}

void Rollout::State::stop_waiting(Time now, const std::string& because) {
  if (halted) return;
  halted = true;
  for (std::size_t service = 0; service < services.size(); ++service) {
    if (services[service].begun || progress.services[service].phase != ServicePhase::waiting) continue;
    end_service(now, service, ServiceOutcome::not_started, because);
  }
}

void Rollout::State::abort_unauthorized(Time now, const Error& error) {
  if (unauthorized) return;
  unauthorized = true;
  stop_waiting(now, error.what);
  for (std::size_t service = 0; service < services.size(); ++service) {
    const ServicePhase phase = progress.services[service].phase;
    if (phase == ServicePhase::unchanged || phase == ServicePhase::ended) continue;
    end_service(now, service, ServiceOutcome::unsettled, error.what, error.cure);
  }
}

Outcome Rollout::State::outcome() const {
  if (unauthorized) return Outcome::authentication;
  bool failed = false;
  bool timed_out = false;
  bool trouble = !progress.restored() || std::ranges::any_of(progress.values, [](const WriteProgress& one) {
    return one.phase == WritePhase::failed;
  });
  trouble = trouble || (progress.group && progress.group->phase == WritePhase::failed);
  bool left = !progress.values_proved() || (progress.group && progress.made.empty());
  for (const ServiceProgress& service : progress.services) {
    trouble = trouble || service.hold.failed.has_value();
    const bool had_deploy = !service.deploy.empty();
    switch (service.outcome) {
      case ServiceOutcome::failed:
      case ServiceOutcome::canceled:
        (had_deploy ? failed : trouble) = true;
        break;
      case ServiceOutcome::timed_out:
        timed_out = true;
        break;
      case ServiceOutcome::unsettled:
        trouble = true;
        break;
      case ServiceOutcome::not_started:
        left = true;
        break;
      case ServiceOutcome::none:
        left = left || service.phase != ServicePhase::unchanged;
        break;
      case ServiceOutcome::live:
      case ServiceOutcome::linked:
      case ServiceOutcome::superseded:
        break;
    }
  }
  if (progress.interrupts > 0 && (timed_out || trouble || left)) return Outcome::interrupted;
  if (failed) return Outcome::deploy_failed;
  if (timed_out) return Outcome::timed_out;
  if (trouble && forbidden) return Outcome::authentication;
  return trouble || left ? Outcome::error : Outcome::done;
}

void Rollout::State::withdraw(Time now) {
  for (const RequestId id : scheduler.withdraw_pending()) {
    const auto found = under_way.find(id);
    const Purpose purpose = found->second;
    under_way.erase(found);
    const bool link = purpose.asked == Asked::link_write;
    const bool value = purpose.asked == Asked::value_write;
    const bool hold = purpose.asked == Asked::hold_write;
    const bool group = purpose.asked == Asked::group_write;
    if (!link && !value && !hold && !group && purpose.asked != Asked::deploy_write) continue;
    --writes_under_way;
    const std::string why = "not sent: the run was interrupted";
    if (group) {
      record(now, GroupAnswered{.group = {GroupId(), plan.new_group->name}, .why = why, .not_sent = true});
    } else if (hold) {
      record(now, HoldAnswered{.service = event_service(plan, purpose.index),
                               .action = holds[purpose.index].action,
                               .why = why,
                               .not_sent = true});
    } else if (value) {
      values[purpose.index].stage = ValueRun::Stage::answered;
      values[purpose.index].answer = api::NotSent{why};
      record(now, ValueAnswered{.value = event_value(plan, purpose.index), .why = why});
    } else if (link) {
      record(now, LinkAnswered{.link = event_link(plan, purpose.index), .why = why});
    } else {
      record(now, DeployAnswered{.service = event_service(plan, purpose.index), .why = why});
      end_service(now, purpose.index, ServiceOutcome::not_started,
                  "the run was interrupted before its deploy was requested");
    }
  }
  if (writes_under_way > 0) return;
  for (std::size_t service = 0; service < services.size(); ++service) {
    const ServicePhase phase = progress.services[service].phase;
    if (phase == ServicePhase::unchanged || phase == ServicePhase::ended) continue;
    if (!progress.services[service].requested_at) {
      end_service(now, service, ServiceOutcome::not_started,
                  "the run was interrupted before its deploy was requested");
    } else {
      --active;  // its deploy continues, and its part of this run stays open
    }
  }
}

void Rollout::State::drive_work(Time now) {
  if (!awaits_holds()) drive_group(now);
  if (!awaits_holds() && !awaits_group()) {
    drive_values(now);
    begin_ready(now);
    drive_looks(now);
    drive_links(now);
    drive_deploys(now);
    // A service that has just ended may have opened a gate.
    begin_ready(now);
  }
  if (progress.interrupts > 0) withdraw(now);
  drive_failure_reports(now);
}

/// A rollback undoes the links that it reads: no request of this run may take effect after that reading.
bool Rollout::State::may_finish(Time now) {
  if (active > 0 || writes_under_way > 0 || !failure_reports.empty() || !values_settled() || awaits_holds() ||
      awaits_group())
    return false;
  const bool goes_back = plan.rollout.on_failure == model::OnFailure::rollback && plan.undoes == 0 &&
                         progress.failed() && progress.interrupts == 0;
  if (!goes_back || !lost_until || now >= *lost_until) return true;
  wake_at(*lost_until);
  return false;
}

void Rollout::State::finish(Time now) {
  finished = true;
  record(now, RunEnded{outcome()});
}

ValuesBefore values_read(const model::Workspace& read, model::DigestValue digest) {
  ValuesBefore values{.digest = std::move(digest)};
  if (!values.digest) return values;
  for (const model::Group& group : read.groups) {
    if (group.variables) values.groups.emplace(group.id, plan::values_of(group));
  }
  for (const auto& [service, variables] : read.service_variables)
    values.services.emplace(service, plan::values_of(variables));
  return values;
}

Rollout::Rollout(plan::Plan plan, Budget budget, ValuesBefore values, ValueWrites writes)
    : Rollout(std::make_shared<const plan::Plan>(std::move(plan)), std::move(budget), std::move(values),
              std::move(writes)) {}
Rollout::Rollout(plan::Plan plan, const std::vector<Event>& history, Budget budget, ValueWrites writes)
    : Rollout(std::make_shared<const plan::Plan>(std::move(plan)), history, std::move(budget),
              std::move(writes)) {}
Rollout::Rollout(std::shared_ptr<const plan::Plan> plan, Budget budget, ValuesBefore values,
                 ValueWrites writes)
    : state_(std::make_unique<State>(std::move(plan), std::move(budget))) {
  state_->values_before = std::move(values);
  state_->writes = std::move(writes);
  state_->writes.bodies.resize(state_->plan.values.size());
}
Rollout::Rollout(std::shared_ptr<const plan::Plan> plan, const std::vector<Event>& history, Budget budget,
                 ValueWrites writes)
    : Rollout(std::move(plan), std::move(budget), {}, std::move(writes)) {
  state_->progress = Progress::of(state_->plan, history);
  state_->to_resume = true;
}
Rollout::~Rollout() = default;

Step Rollout::step(Time now) {
  State& s = *state_;
  s.wake.reset();
  if (std::exchange(s.to_resume, false)) s.resume(now);
  if (!s.progress.began_at) s.record(now, run_began(s.plan));
  if (!s.restoring) s.drive_work(now);
  if (!s.restoring && s.may_finish(now)) s.begin_restoring(now);
  if (s.restoring || s.awaits_holds()) s.drive_holds(now);
  if (s.restoring && s.holds_restored()) {
    s.finish(now);
    return Step{std::move(s.fresh), {}, std::nullopt};
  }
  RequestScheduler::Batch batch = s.scheduler.due(now);
  if (batch.wake) s.wake_at(*batch.wake);
  if (batch.notice) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(batch.notice->until - now);
    s.record(now, Waiting{static_cast<int>(left.count()), std::move(batch.notice->text)});
  }
  Step step{std::move(s.fresh), std::move(batch.calls), s.wake, std::exchange(s.undo, {})};
  s.fresh.clear();
  return step;
}

void Rollout::receive(Time now, Reply reply) {
  State& s = *state_;
  const std::optional<Delivery> delivery = s.scheduler.receive(now, std::move(reply));
  if (!delivery) return;
  const auto found = s.under_way.find(delivery->id);
  if (found == s.under_way.end()) return;
  const Purpose purpose = found->second;
  s.under_way.erase(found);
  if (delivery->request.method != api::Method::get) --s.writes_under_way;
  const auto* response = std::get_if<api::Response>(&delivery->outcome);
  const bool counts = !delivery->request.foreign && purpose.asked != Asked::failure_detail;
  if (response != nullptr && response->status == 401 && counts) {
    s.abort_unauthorized(now, api::explain(delivery->request, delivery->outcome, "carry the plan out"));
  }
  if (response != nullptr && response->status == 403 && counts) s.forbidden = true;
  if (tells_of_a_deploy(purpose.asked))
    s.services[purpose.index].told_at = response != nullptr ? api::date_of(*response) : std::nullopt;
  switch (purpose.asked) {
    case Asked::hold_read:
      return s.hold_read(now, purpose.index, *delivery);
    case Asked::hold_write:
      return s.hold_answered(now, purpose.index, *delivery);
    case Asked::group_look:
      return s.group_looked(now, *delivery);
    case Asked::group_write:
      return s.group_answered(now, *delivery);
    case Asked::replaced_read:
      return s.replaced_read(now, *delivery);
    case Asked::new_group_read:
      return s.new_group_read(now, *delivery);
    case Asked::values_look:
      return s.values_looked(now, purpose.index, *delivery);
    case Asked::value_write:
      return s.value_answered(now, purpose.index, *delivery);
    case Asked::values_read:
      return s.group_read_back(now, purpose.index, *delivery);
    case Asked::link_write:
      return s.link_answered(now, purpose.index, *delivery);
    case Asked::group_read:
      return s.group_read(now, purpose.index, *delivery);
    case Asked::look:
      return s.looked(now, purpose.index, *delivery);
    case Asked::snapshot:
      return s.snapshot_read(now, purpose.index, *delivery);
    case Asked::deploy_write:
      return s.deploy_answered(now, purpose.index, *delivery);
    case Asked::settle_read:
      return s.settle_read(now, purpose.index, *delivery);
    case Asked::poll:
      return s.poll_answered(now, purpose.index, *delivery);
    case Asked::successor_read:
      return s.successor_read(now, purpose.index, *delivery);
    case Asked::health:
      return s.health_answered(now, purpose.index, *delivery);
    case Asked::failure_detail:
      return s.failure_detail_read(now, *delivery);
  }
}

void Rollout::interrupt(Time now) {
  State& s = *state_;
  s.record(now, Interrupted{s.progress.interrupts + 1});
  s.give_up_failure_reports(now);
  s.stop_waiting(now, "the run was interrupted");
}

void Rollout::plan_listed(const std::map<ServiceId, Time>& at) {
  for (std::size_t i = 0; i < state_->services.size(); ++i) {
    const plan::PlannedService& service = state_->plan.services[i];
    const auto listed = at.find(service.id);
    if (listed != at.end() && !service.deploys_unread) state_->services[i].listed_at = listed->second;
  }
}

bool Rollout::finished() const {
  return state_->finished;
}
const plan::Plan& Rollout::plan() const {
  return state_->plan;
}
const Budget& Rollout::budget() const {
  return state_->scheduler.budget();
}

Budget* Rollout::limits() {
  return &state_->scheduler.budget();
}
const Progress& Rollout::progress() const {
  return state_->progress;
}
std::map<ServiceId, SeenLive> Rollout::seen_live() const {
  std::map<ServiceId, SeenLive> live;
  for (std::size_t i = 0; i < state_->services.size(); ++i) {
    const ServiceRun& run = state_->services[i];
    if (state_->progress.services[i].outcome == ServiceOutcome::live && run.seen && run.seen_at)
      live.emplace(state_->plan.services[i].id, SeenLive{*run.seen, *run.seen_at});
  }
  return live;
}
model::Outcome Rollout::outcome() const {
  return state_->progress.outcome;
}

}  // namespace envlink::engine
