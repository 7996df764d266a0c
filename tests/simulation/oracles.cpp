#include "oracles.h"

#include <fmt/format.h>
#include <algorithm>

#include "engine/event_json.h"

namespace envlink::simulation {
namespace {

bool is_deploy_request(const api::Request& request) {
  return request.method == api::Method::post &&
         (request.target.ends_with("/deploys") || request.target.ends_with("/rollback"));
}

/// "/env-groups/GROUP/services/SERVICE"
bool is_link(std::string_view target, std::string_view group, std::string_view service) {
  const auto take = [&target](std::string_view part) {
    const bool next = target.starts_with(part);
    if (next) target.remove_prefix(part.size());
    return next;
  };
  return take("/env-groups/") && take(group) && take("/services/") && take(service) && target.empty();
}

std::string_view service_in(std::string_view target) {
  constexpr std::string_view before = "/services/";
  const std::size_t from = target.find(before) + before.size();
  return target.substr(from, target.find('/', from) - from);
}

/// Answers may overtake each other. The World numbers them in the order in which it made them.
int number_of(const api::Response& response) {
  const std::string* id = response.header("render-request-id");
  return std::stoi(id->substr(id->rfind('-') + 1));
}

bool went_live(const emulator::World::DeployView& deploy) {
  return deploy.status == "live" || deploy.status == "deactivated";
}

std::optional<std::size_t> position_of(const auto& items, std::string_view id) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].id == id) return i;
  }
  return std::nullopt;
}

bool contains(const auto& items, std::string_view item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace

void event_survives(const engine::Event& event, bool reads_text) {
  const std::string text = engine::to_json(event);
  if (text.find(planted_secret) != std::string::npos)
    throw Violation(fmt::format("invariant 7: an event {} tells a secret", kind_of(event)));
  if (!reads_text) return;
  const auto read = engine::event_from_json(text);
  if (!read || *read != event) throw Violation("invariant 6: an event does not survive the journal");
}

Oracles::Oracles(const Scenario& scenario, const emulator::World& world, Time start)
    : scenario_(scenario),
      world_(world),
      start_(start),
      deploys_before_(world.deploy_count()),
      allowed_(services()),
      shown_(scenario.workspace.groups.size() * services()),
      ever_read_(shown_.size()),
      newest_read_(scenario.workspace.groups.size()),
      rate_{RateOracle(scenario.desired.api.min_interval), RateOracle(scenario.desired.api.min_interval)},
      looks_(scenario),
      only_(scenario, world) {}

/// Its index in shown_.
std::size_t Oracles::link_of(const plan::LinkChange& change) const {
  const auto group = position_of(scenario_.workspace.groups, change.group.text());
  return group.value() * services() + place_[change.service];
}

/// The service's index in the plan.
std::size_t Oracles::planned(std::string_view id) const {
  const auto place = position_of(scenario_.workspace.services, id);
  const auto service = std::find(place_.begin(), place_.end(), place.value_or(services()));
  if (service == place_.end())
    throw Violation("a write went out about a service that the plan does not name");
  return static_cast<std::size_t>(service - place_.begin());
}

void Oracles::run_begins(const plan::Plan& plan, Time now, std::int64_t run, int process) {
  const auto undone = runs_.find(plan.undoes);
  const bool goes_back = undone != runs_.end();
  runs_.erase(run);
  Run& begun = runs_
                   .emplace(run, Run{JournalWatch(scenario_),
                                     goes_back ? undone->second.rollback : RollbackOracle(scenario_, world_),
                                     ValueOracle(scenario_, world_),
                                     HoldOracle(scenario_, world_),
                                     now,
                                     {},
                                     world_.deploy_count(),
                                     {}})
                   .first->second;
  if (goes_back) {
    begun.rollback.rollback_begins(plan, undone->second.journal, undone->second.last_sent);
  } else {
    begun.rollback.run_begins(plan, now);
  }
  for (const auto& group : scenario_.workspace.groups) {
    for (const auto& service : scenario_.workspace.services)
      begun.links_before.push_back(world_.is_linked(group.id, service.id));
  }
  begun.journal.run_begins(plan);
  looks_.run_begins(now);
  begun.holds.run_begins(plan);
  begun.values.run_begins(plan, told_values_.at(static_cast<std::size_t>(process)),
                          goes_back ? &undone->second.values : nullptr);
  run_ = run;
  executing_ = process;
  plan_ = &plan;
  place_.clear();
  for (const plan::PlannedService& service : plan.services) {
    const std::size_t place = position_of(scenario_.workspace.services, service.id.text()).value();
    place_.push_back(place);
    if (!service.redeploys()) continue;
    ++(service.rollback_to.empty() ? allowed_[place].asked : allowed_[place].rollbacks);
  }
}

void Oracles::run_goes_on(const plan::Plan& plan, std::int64_t run, int process) {
  plan_ = &plan;
  run_ = run;
  executing_ = process;
  this->run().values.goes_on();
  place_.clear();
  for (const plan::PlannedService& service : plan.services)
    place_.push_back(position_of(scenario_.workspace.services, service.id.text()).value());
  rate_.at(static_cast<std::size_t>(process)).activity_begins();
}

void Oracles::reading_begins(int process) {
  if (process == executing_) {
    if (plan_ != nullptr) proved_ = plan_;
    plan_ = nullptr;
    read_since_write_ = true;
  }
  rate_.at(static_cast<std::size_t>(process)).activity_begins();
}

void Oracles::process_ended(int process) {
  alone_in_its_window_ = false;
  rate_.at(static_cast<std::size_t>(process)).process_ended();
  if (process != executing_) return;
  plan_ = nullptr;
  shown_.assign(shown_.size(), false);
  ever_read_.assign(shown_.size(), {});
}

/// Checks deploys when they are decided, because a colleague may act before the request is sent.
void Oracles::recorded(const std::vector<engine::Event>& events) {
  for (const engine::Event& event : events) {
    run().journal.recorded(event);
    run().values.recorded(event);
    run().holds.recorded(event);
    // Reads from before the write say nothing about it.
    if (const auto* intended = event.as<engine::LinkIntended>()) {
      ever_read_[link_of(plan_->links[intended->link.position])] = {};
      const std::size_t service = intended->link.service.position;
      looks_.changes_a_link(*plan_, service, place_[service]);
    }
    if (const auto* intended = event.as<engine::DeployIntended>()) {
      links_read_back_first(intended->service.position);
      looks_.asks_for_a_deploy(*plan_, intended->service.position, place_[intended->service.position]);
    }
    if (const auto* proved = event.as<engine::LinkProved>(); proved != nullptr && proved->server_time)
      read_back_[proved->link.service.position] = *proved->server_time;
    if (const auto* ended = event.as<engine::ServiceEnded>()) runs_with_its_links(*ended);
  }
}

void Oracles::sent(int process, Time at, const api::Request& request) {
  ++requests_;
  rate_.at(static_cast<std::size_t>(process)).sent(at, request);
  const bool executes = plan_ != nullptr && process == executing_;
  if (executes) run().last_sent = at;
  if (request.method == api::Method::get) return;
  if (!executes) throw Violation("a write went out without a plan");
  read_since_write_ = false;
  if (is_about_automatic_deploys(request)) return run().holds.switched(request);
  if (scenario_.untouched && !is_deploy_request(request)) run().holds.written();
  run().values.sent(request);
  if (is_about_a_value(request)) return;
  run().journal.sent(request);
  run().rollback.sent(request);
  const std::size_t service = planned(service_in(request.target));
  dependencies_passed_the_gate(service);
  only_.written(place_[service], is_deploy_request(request) && plan_->undoes == 0);
  if (!is_deploy_request(request)) return only_links_of_the_plan(request);
  if (scenario_.untouched) links_read_back_first(service);
}

void Oracles::reached(Time at, const api::Request& request, const api::Response& response) {
  looks_.reached(at, request, response);
  if (is_deploy_request(request)) one_deploy_each();
  within_the_budget();
}

void Oracles::told(int process, Time at, const api::Request& request, const api::Outcome& outcome) {
  rate_.at(static_cast<std::size_t>(process)).told(at, request, outcome);
  const auto* response = std::get_if<api::Response>(&outcome);
  const bool group_read =
      request.method == api::Method::get && request.target.starts_with("/env-groups/evg-");
  if (response == nullptr || response->status != 200 || !group_read) return;
  if (!response->body.starts_with('{')) return;  // garbage
  const std::string_view target = request.target;
  const auto group = position_of(scenario_.workspace.groups, target.substr(target.rfind('/') + 1));
  if (!group) return;
  ValueOracle::Values values;
  if (!scenario_.values.empty())
    values = ValueOracle::values_in(scenario_.workspace.groups[*group].id, response->body);
  for (const auto& [key, value] : values) told_values_.at(static_cast<std::size_t>(process))[key] = value;
  if (process != executing_) return;
  const int number = number_of(*response);
  const bool overtaken = std::exchange(newest_read_[*group], std::max(newest_read_[*group], number)) > number;
  if (!overtaken && plan_ != nullptr) run().values.told(values);
  // The only ids of services in a group are those of its links.
  for (std::size_t service = 0; service < services(); ++service) {
    const std::string& id = scenario_.workspace.services[service].id;
    const bool shown = response->body.find(id) != std::string::npos;
    ever_read_[*group * services() + service][shown ? 1 : 0] = true;
    if (!overtaken) shown_[*group * services() + service] = shown;
  }
}

void Oracles::links_read_back_first(std::size_t service) const {
  for (const plan::LinkChange& change : plan_->links) {
    if (change.service != service) continue;
    const bool add = change.action == plan::LinkAction::add;
    if (shown_[link_of(change)] == add) continue;
    // A lagging replica may have answered another read, next to the one that proved the link.
    const bool may_lag = scenario_.workspace.behaviour.link_lag > Duration{0};
    if (may_lag && ever_read_[link_of(change)][add ? 1 : 0]) continue;
    throw Violation(fmt::format("invariant 1: a deploy of {} was asked for before {} had been read back",
                                plan_->services[service].name, change.group_name));
  }
}

/// A service reported live runs with its links: if no colleague changes links, its deploy has the links that
/// the plan adds and none that it removes.
void Oracles::runs_with_its_links(const engine::ServiceEnded& ended) const {
  if (ended.state != engine::ServiceOutcome::live || !scenario_.own_links) return;
  for (std::size_t i = 0; i < world_.deploy_count(); ++i) {
    const auto deploy = world_.deploy(i);
    if (deploy.id != ended.deploy.text()) continue;
    // Render's Date has whole seconds: a deploy from the second in which the links were read back, named in
    // an answer and listed nowhere yet, looks like the requested one.
    const auto read_back = read_back_.find(ended.service.position);
    if (read_back != read_back_.end() && deploy.created >= read_back->second &&
        deploy.created < read_back->second + std::chrono::seconds(1) && scenario_.hostility.old_deploy > 0)
      return;
    if (scenario_.untouched) runs_.at(run_).values.is_carried(i);
    for (const plan::LinkChange& change : plan_->links) {
      const bool add = change.action == plan::LinkAction::add;
      if (change.service != ended.service.position || contains(deploy.groups, change.group.text()) == add)
        continue;
      throw Violation(fmt::format("{} is told to be live, and its deploy {} {} {}", ended.service.name,
                                  deploy.id, add ? "runs without" : "runs with", change.group_name));
    }
  }
}

bool Oracles::any_deploy(auto holds) const {
  for (std::size_t i = 0; i < world_.deploy_count(); ++i) {
    if (holds(world_.deploy(i))) return true;
  }
  return false;
}

/// Whether the deploy began after the run did and has the links as planned. If colleagues change links, one
/// of the two is enough: a link may change while the deploy runs, or a colleague may have made it before the
/// run.
bool Oracles::carries(const emulator::World::DeployView& deploy, std::size_t service) const {
  const plan::PlannedService& planned = plan_->services[service];
  if (deploy.service_id != planned.id.text() || deploy.created < start_) return false;
  const bool since = deploy.created >= runs_.at(run_).began;
  if (since != scenario_.untouched) return since;
  for (const plan::LinkChange& change : plan_->links) {
    if (change.service != service) continue;
    if (contains(deploy.groups, change.group.text()) != (change.action == plan::LinkAction::add))
      return false;
  }
  // The read for a plan may not show the run before it. The check after the run notices that.
  if (scenario_.workspace.behaviour.link_lag > Duration{0}) return true;
  return std::all_of(planned.final_groups.begin(), planned.final_groups.end(),
                     [&](const GroupId& group) { return contains(deploy.groups, group.text()); });
}

void Oracles::dependencies_passed_the_gate(std::size_t service) const {
  std::vector<std::size_t> go_first = plan_->services[service].waits_for;
  if (plan_->undoes != 0) {
    const auto behind = runs_.at(run_).rollback.go_first(service);
    go_first.insert(go_first.end(), behind.begin(), behind.end());
  }
  for (const std::size_t before : go_first) {
    if (!plan_->services[before].redeploys()) continue;
    const bool passed = any_deploy([&](const auto& deploy) {
      if (!carries(deploy, before)) return false;
      return plan_->rollout.gate == model::Gate::started ? deploy.started.has_value() : went_live(deploy);
    });
    if (passed) continue;
    throw Violation(fmt::format("invariant 2: {} was started before {} had passed the gate",
                                plan_->services[service].name, plan_->services[before].name));
  }
}

void Oracles::one_deploy_each() const {
  std::vector<Deploys> made(services());
  for (std::size_t i = deploys_before_; i < world_.deploy_count(); ++i) {
    const auto deploy = world_.deploy(i);
    if (deploy.trigger != "api" && deploy.trigger != "rollback") continue;
    const std::size_t place = position_of(scenario_.workspace.services, deploy.service_id).value();
    const auto count = deploy.trigger == "api" ? &Deploys::asked : &Deploys::rollbacks;
    if (++(made[place].*count) <= allowed_[place].*count) continue;
    throw Violation(fmt::format("invariant 3: envlink caused two deploys of {}", deploy.service_id));
  }
}

void Oracles::within_the_budget() const {
  if (scenario_.lone && alone_in_its_window_ && world_.limited() > 0) {
    throw Violation("invariant 4: Render had to answer 429 to a lone client");
  }
}

void Oracles::only_links_of_the_plan(const api::Request& request) const {
  if (!request.target.starts_with("/env-groups/")) return;
  const bool add = request.method == api::Method::post;
  const bool planned =
      std::any_of(plan_->links.begin(), plan_->links.end(), [&](const plan::LinkChange& change) {
        return (change.action == plan::LinkAction::add) == add &&
               is_link(request.target, change.group.text(), plan_->services[change.service].id.text());
      });
  if (!planned) throw Violation("invariant 5: a link was changed that the plan does not name");
}

void Oracles::success_is_true() const {
  for (std::size_t service = 0; service < plan_->services.size(); ++service) {
    if (!plan_->services[service].redeploys()) continue;
    const bool true_success =
        any_deploy([&](const auto& deploy) { return carries(deploy, service) && went_live(deploy); });
    if (!true_success) {
      throw Violation(fmt::format("success was reported, but no deploy of {} with its groups went live",
                                  plan_->services[service].name));
    }
  }
  // If colleagues interfere, the check after the run finds their changes.
  if (!scenario_.untouched) return;
  runs_.at(run_).values.success_is_true();
  for (const plan::LinkChange& change : plan_->links) {
    const bool linked = world_.is_linked(change.group.text(), plan_->services[change.service].id.text());
    if (linked != (change.action == plan::LinkAction::add)) {
      throw Violation(
          fmt::format("success was reported, but the link of {} is not as planned", change.group_name));
    }
  }
}

void Oracles::run_ended(model::Outcome outcome) const {
  using model::Outcome;
  constexpr Outcome known[] = {Outcome::done,          Outcome::error,     Outcome::authentication,
                               Outcome::deploy_failed, Outcome::timed_out, Outcome::interrupted};
  if (std::find(std::begin(known), std::end(known), outcome) == std::end(known)) {
    throw Violation(
        fmt::format("invariant 8: a run ended with {}, as no run can by itself", to_string(outcome)));
  }
  if (scenario_.untouched) runs_.at(run_).holds.run_ended();
  if (outcome == Outcome::done) success_is_true();
}

void Oracles::success_was_read_back() const {
  if (!read_since_write_) throw Violation("success was reported, and nothing was read since the last write");
  for (const plan::LinkChange& change : proved_->links) {
    if (change.action == plan::LinkAction::add && !shown_[link_of(change)])
      throw Violation(fmt::format("success was reported, and the last reading does not show the link to {}",
                                  change.group_name));
  }
}

void Oracles::went_back(std::int64_t run) const {
  if (!scenario_.untouched) return;
  const Run& undone = runs_.at(run);
  undone.values.went_back();
  std::size_t link = 0;
  for (const auto& group : scenario_.workspace.groups) {
    for (const auto& service : scenario_.workspace.services) {
      const bool before = undone.links_before[link++];
      if (world_.is_linked(group.id, service.id) == before) continue;
      throw Violation(fmt::format("a rollback was reported, but {} is {} {}", service.name,
                                  before ? "not linked any more to" : "still linked to", group.name));
    }
  }
  for (std::size_t i = undone.deploys_before; i < world_.deploy_count(); ++i) {
    const auto deploy = world_.deploy(i);
    if (deploy.status != "live" || deploy.trigger == "rollback") continue;
    const bool cron = deploy.service_id.starts_with("crn-");
    const auto place = position_of(scenario_.workspace.services, deploy.service_id).value();
    const bool named = std::find(place_.begin(), place_.end(), place) != place_.end();
    if (named && !cron && !scenario_.redeploys_by_itself())
      throw Violation(fmt::format("a rollback was reported, but {} runs {}", deploy.service_id, deploy.id));
  }
}

void Oracles::links_are_out_of_use(std::int64_t run, const plan::Plan& plan) const {
  if (!scenario_.untouched || scenario_.redeploys_by_itself()) return;
  const Time began = runs_.at(run).began;
  for (const plan::LinkChange& change : plan.links) {
    const std::string& service = plan.services[change.service].id.text();
    const std::string& group = change.group.text();
    if (change.action != plan::LinkAction::add || world_.is_linked(group, service)) continue;
    const bool in_use = any_deploy([&](const auto& deploy) {
      return deploy.service_id == service && deploy.status == "live" && deploy.created >= began &&
             contains(deploy.groups, group);
    });
    if (in_use) throw Violation(fmt::format("a rollback was reported, but {} runs with {}", service, group));
  }
}

void Oracles::end_as_without_trouble(const plan::Plan& plan, model::Outcome outcome) const {
  using model::Outcome;
  bool fails = false;
  bool may_fail = false;     // only if Render deploys it by itself, with a build
  bool fails_again = false;  // the rollback, or Render by itself, deploys such a service again
  for (const plan::PlannedService& service : plan.services) {
    for (const auto& seed : scenario_.workspace.services) {
      const bool bad =
          seed.id == service.id.text() && service.redeploys() && seed.outcome != emulator::Outcome::live;
      if (!bad) continue;
      const bool by_build = seed.outcome == emulator::Outcome::build_failed;
      const bool skips_it = by_build && (seed.image || !service.rebuild);
      fails = fails || !skips_it;
      may_fail = may_fail || (skips_it && scenario_.redeploys_by_itself());
      fails_again =
          fails_again || seed.type == model::ServiceType::cron_job || scenario_.redeploys_by_itself();
    }
  }
  // The emulator's PATCH may link, but never unlinks.
  const bool patch_without_effect =
      plan.api.link_method == model::LinkMethod::service_patch &&
      std::any_of(plan.links.begin(), plan.links.end(), [this](const plan::LinkChange& change) {
        return change.action == plan::LinkAction::remove ||
               !scenario_.workspace.behaviour.service_patch_links;
      });
  const Outcome after_failure =
      plan.rollout.on_failure == model::OnFailure::rollback ? Outcome::rolled_back : Outcome::deploy_failed;
  const Outcome expected = fails ? after_failure : Outcome::done;
  if (patch_without_effect || outcome == expected || (may_fail && outcome == after_failure)) return;
  if (fails_again && outcome == Outcome::deploy_failed) return;
  throw Violation(
      fmt::format("invariant 5: without trouble the run ends with {}, with trouble that is over with {}",
                  to_string(expected), to_string(outcome)));
}

}  // namespace envlink::simulation
