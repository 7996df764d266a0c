#include "truth_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "violation.h"

namespace envlink::simulation {
namespace {

using plan::Freshness;

/// How long reads of links may lag, as envlink assumes. 2 s more because Render's times have whole seconds.
constexpr Duration allowed_lag = model::link_lag + std::chrono::seconds(2);
/// How long a service that a run watched until it was live need not be checked again. 2 s more as above.
constexpr Duration looks_count_for = std::chrono::minutes(15) + std::chrono::seconds(2);

/// The values of all keys that are ever written. `value_of(key)`: nullptr if the key does not exist.
GroupValues values_by(auto value_of) {
  GroupValues values;
  std::ranges::transform(written_keys, values.begin(), [&](std::string_view key) {
    const std::string* value = value_of(key);
    return value == nullptr ? std::nullopt : std::optional(*value);
  });
  return values;
}

}  // namespace

void Judgements::add(const Judgements& other) {
  for (std::size_t i = 0; i < said.size(); ++i) said[i] += other.said[i];
  not_knowable += other.not_knowable;
}

TruthOracle::TruthOracle(const Scenario& scenario, const emulator::World& world)
    : scenario_(scenario),
      world_(world),
      links_(scenario.workspace.groups.size() * scenario.workspace.services.size()),
      values_(scenario.workspace.groups.size()),
      kept_(scenario.workspace.groups.size()),
      served_(scenario.workspace.groups.size()),
      adopted_(scenario.workspace.services.size()),
      looked_(scenario.workspace.services.size()) {
  for (Reading& reading : readings_) {
    reading.groups.resize(values_.size());
    reading.asked.resize(values_.size());
  }
  look(Time::min());
}

/// Records what changed since the last look.
void TruthOracle::look(Time at) {
  for (std::size_t group = 0; group < values_.size(); ++group) {
    GroupValues now = values_by([&](std::string_view key) { return world_.value(group_id(group), key); });
    std::vector<ValueState>& known = values_[group];
    if (known.empty() || known.back().values != now) known.push_back({at, std::move(now)});
    for (std::size_t service = 0; service < scenario_.workspace.services.size(); ++service) {
      const bool linked = world_.is_linked(group_id(group), service_id(service));
      std::vector<LinkState>& states = links(group, service);
      if (states.empty() || states.back().linked != linked) states.push_back({at, linked});
    }
  }
}

int* TruthOracle::asked_by(int process, const api::Request& request) {
  constexpr std::string_view groups = "/env-groups/";
  if (request.method != api::Method::get || !request.target.starts_with(groups)) return nullptr;
  const std::string_view id = std::string_view(request.target).substr(groups.size());
  for (std::size_t group = 0; group < values_.size(); ++group) {
    if (id == group_id(group)) return &readings_.at(static_cast<std::size_t>(process)).asked[group];
  }
  return nullptr;
}

void TruthOracle::sent(int process, Time at, const api::Request& request) {
  if (int* asked = asked_by(process, request)) ++*asked;
  next_->sent(process, at, request);
}

void TruthOracle::told(int process, Time at, const api::Request& request, const api::Outcome& outcome) {
  if (int* asked = asked_by(process, request); asked != nullptr && *asked > 0) --*asked;
  next_->told(process, at, request, outcome);
}

void TruthOracle::reached(Time at, const api::Request& request, const api::Response& response) {
  next_->reached(at, request, response);
  if (response.status == 200 || response.status == 201) shows_deploys(at, request.target);
  if (request.method != api::Method::get) return look(at);
  if (response.status != 200) return;
  constexpr std::string_view groups = "/env-groups/";
  if (!request.target.starts_with(groups)) return;
  const std::string_view id = std::string_view(request.target).substr(groups.size());
  for (std::size_t group = 0; group < values_.size(); ++group) {
    if (id != group_id(group)) continue;
    served_[group].push_back(at);
    for (Reading& reading : readings_) {
      if (!reading.under_way || reading.asked[group] == 0) continue;
      if (reading.groups[group]) {
        reading.groups[group]->last = at;
      } else {
        reading.groups[group] = Seen{at, at};
      }
    }
  }
}

/// For a list of the service's deploys, one of them, or the answer to a deploy request.
void TruthOracle::shows_deploys(Time at, std::string_view target) {
  for (std::size_t service = 0; service < looked_.size(); ++service) {
    if (target.starts_with(fmt::format("/services/{}/deploys", service_id(service)))) looked_[service] = at;
  }
}

/// `live` requires that the service's deploys were read: in this reading, or shortly before.
void TruthOracle::was_looked_at(std::size_t service, int process) const {
  const Reading& reading = readings_.at(static_cast<std::size_t>(process));
  if (!looked_[service] || *looked_[service] + looks_count_for < reading.began)
    throw Violation(fmt::format("truth: {} is called live, and nobody has looked at its deploys for long",
                                service_id(service)));
}

void TruthOracle::reading_begins(int process, Time at) {
  Reading& reading = readings_.at(static_cast<std::size_t>(process));
  reading = {at, true, false, {}, {}};
  reading.groups.resize(values_.size());
  reading.asked.resize(values_.size());
}

void TruthOracle::run_writes(int process) {
  readings_.at(static_cast<std::size_t>(1 - process)).overtaken = true;
}

void TruthOracle::reading_kept(int process) {
  Reading& reading = readings_.at(static_cast<std::size_t>(process));
  if (!std::exchange(reading.under_way, false) || reading.overtaken) return;
  for (std::size_t group = 0; group < values_.size(); ++group) {
    if (reading.groups[group]) kept_[group].push_back(*reading.groups[group]);
  }
}

void TruthOracle::history_replaced(int process) {
  const Time began = readings_.at(static_cast<std::size_t>(process)).began;
  for (auto& known : adopted_) known.clear();
  for (auto& seen : kept_) seen.clear();
  for (auto& times : served_) std::erase_if(times, [began](Time at) { return at < began; });
  reading_kept(process);
}

void TruthOracle::adopted(int process) {
  for (std::size_t service = 0; service < adopted_.size(); ++service) {
    const auto deploy = world_.serving_deploy(service_id(service));
    if (!deploy) continue;
    Adopted one{
        *deploy, changed_since(service, readings_.at(static_cast<std::size_t>(process)).began), {}, {}};
    const Time ended = world_.deploy(*deploy).finished.value_or(world_.deploy(*deploy).created);
    for (std::size_t group = 0; group < values_.size(); ++group) {
      const std::vector<LinkState>& states = links(group, service);
      const LinkState& link = states.back();
      const Time absent_since = states.size() > 1 ? std::prev(states.end(), 2)->since : Time::max();
      // A newer reading that did not show the link overrides what `init` took as deployed.
      const bool newer = std::ranges::any_of(kept_[group], [&](const Seen& seen) {
        return seen.first >= std::max(ended + allowed_lag, absent_since) && seen.last < link.since;
      });
      one.linked.push_back(link.linked && !newer);
      one.values.push_back(values_[group].back().values);
    }
    adopted_[service].push_back(std::move(one));
  }
}

bool TruthOracle::told_so(const Adopted& adopted, std::size_t group) const {
  return adopted.unsure || (adopted.linked[group] && adopted.values[group] == values_[group].back().values);
}

void TruthOracle::machine_lost() {
  for (auto& known : adopted_) known.clear();
  for (auto& seen : kept_) seen.clear();
  for (auto& times : served_) times.clear();
  for (Reading& reading : readings_) reading.under_way = false;
}

GroupValues TruthOracle::carried(std::size_t deploy, std::size_t group) const {
  return values_by([&](std::string_view key) { return world_.carried_value(deploy, group_id(group), key); });
}

std::size_t TruthOracle::place_of(const ServiceId& service) const {
  const auto place =
      std::ranges::find(scenario_.workspace.services, service.text(), &emulator::SeedService::id);
  return static_cast<std::size_t>(place - scenario_.workspace.services.begin());
}

std::vector<std::size_t> TruthOracle::asked(std::size_t service) const {
  std::vector<std::size_t> groups;
  for (const SourceString& name : scenario_.desired.services[service].link) {
    const auto place = std::ranges::find(scenario_.workspace.groups, name.text, &emulator::SeedGroup::name);
    groups.push_back(static_cast<std::size_t>(place - scenario_.workspace.groups.begin()));
  }
  return groups;
}

/// A read at that time may show links as they were at any time since the result.
Time TruthOracle::shown_from(Time read) const {
  return read - scenario_.workspace.behaviour.link_lag;
}

/// The judgement describes the time of the reading.
bool TruthOracle::changed_since(std::size_t service, Time since) const {
  for (std::size_t group = 0; group < values_.size(); ++group) {
    if (values_[group].back().since >= since - scenario_.workspace.behaviour.value_lag ||
        links(group, service).back().since >= shown_from(since))
      return true;
  }
  for (std::size_t i = world_.deploy_count(); i-- > 0;) {
    const auto deploy = world_.deploy(i);
    if (deploy.service_id == service_id(service) && deploy.finished && *deploy.finished >= since) return true;
  }
  return false;
}

Time TruthOracle::environment_read(std::size_t deploy) const {
  const auto view = world_.deploy(deploy);
  const bool requested =
      scenario_.workspace.behaviour.environment_read == emulator::EnvironmentRead::requested;
  return requested ? view.created : view.started.value_or(view.created);
}

TruthOracle::Span TruthOracle::without_link(std::size_t group, std::size_t service, Time around) const {
  Span span{Time::min(), Time::max()};
  for (const LinkState& state : links(group, service)) {
    if (state.linked && state.since <= around) span.before = state.since;
    if (!state.linked && state.since <= around) span = {state.since, Time::max(), span.before};
    if (state.linked && state.since >= around) {
      span.until = state.since;
      break;
    }
  }
  return span;
}

TruthOracle::Span TruthOracle::with_another_value(std::size_t group, std::size_t key, Time around) const {
  const std::optional<std::string>& now = values_[group].back().values[key];
  Span span{Time::min(), Time::max()};
  bool same = true;
  for (const ValueState& state : values_[group]) {
    if (state.values[key] == now && state.since >= around) {
      span.until = state.since;
      break;
    }
    if (state.values[key] != now && same) span.from = state.since;
    same = state.values[key] == now;
  }
  return span;
}

bool TruthOracle::other_value_could_be_known(std::size_t group, const GroupValues& carried, Time read) const {
  for (std::size_t key = 0; key < written_keys.size(); ++key) {
    if (carried[key] != values_[group].back().values[key] &&
        could_be_known(group, with_another_value(group, key, read), false))
      return true;
  }
  return false;
}

/// Whether the store could show that a link or value was different for a while. It could not if it only
/// knows the current state from before that time, and no reading fell into it.
bool TruthOracle::could_be_known(std::size_t group, Span other, bool of_link) const {
  const auto shown_before = [&](Time at) { return (of_link ? shown_from(at) : at) <= other.from; };
  const bool seen_before =
      std::ranges::any_of(kept_[group], [&](const Seen& seen) { return shown_before(seen.last); }) ||
      (of_link && std::ranges::any_of(served_[group], shown_before));
  // Shortly after the first read that may have shown the link, a read without it may lag and proves nothing.
  const auto may_lag = [&](const Seen& seen) {
    const bool shown_long_before = std::ranges::any_of(kept_[group], [&](const Seen& one) {
      return shown_from(one.first) >= other.before && one.last <= other.from &&
             one.last + allowed_lag <= seen.first;
    });
    return of_link && !shown_long_before && std::ranges::any_of(served_[group], [&](Time at) {
             return at < seen.first && seen.first < at + allowed_lag && shown_before(at);
           });
  };
  const bool seen_otherwise = std::ranges::any_of(kept_[group], [&](const Seen& seen) {
    return (of_link ? shown_from(seen.first) : seen.first) >= other.from && seen.last < other.until &&
           !may_lag(seen);
  });
  return !seen_before || seen_otherwise;
}

void TruthOracle::live_is_true(std::size_t service) {
  const auto deploy = world_.serving_deploy(service_id(service));
  if (!deploy)
    throw Violation(fmt::format("truth: {} is called live, and no deploy serves", service_id(service)));
  bool knowable = true;
  for (const std::size_t group : asked(service)) {
    const bool told = std::ranges::any_of(
        adopted_[service], [&](const Adopted& one) { return one.deploy == *deploy && told_so(one, group); });
    if (told) continue;
    const Time read = environment_read(*deploy);
    const std::string id(world_.deploy(*deploy).id);
    if (!world_.carries_link(*deploy, group_id(group))) {
      // See Oracles::runs_with_its_links: the deploy was created in the second before the link, and an
      // answer to a later request named it.
      const Duration before = links(group, service).back().since - world_.deploy(*deploy).created;
      if (scenario_.hostility.old_deploy > 0 && before < std::chrono::seconds(1)) {
        knowable = false;
        continue;
      }
      if (could_be_known(group, without_link(group, service, read), true))
        throw Violation(fmt::format("truth: {} is called live, and {} does not have its link to {}",
                                    service_id(service), id, group_id(group)));
      knowable = false;
      continue;
    }
    const GroupValues values = carried(*deploy, group);
    if (values == values_[group].back().values) continue;
    // If reads of values lag, a wrong value is not held against envlink.
    const bool lags = scenario_.workspace.behaviour.value_lag > Duration{0};
    if (!lags && other_value_could_be_known(group, values, read))
      throw Violation(fmt::format("truth: {} is called live, and {} has another value of {}",
                                  service_id(service), id, group_id(group)));
    knowable = false;
  }
  if (!knowable) ++judgements_.not_knowable;
}

void TruthOracle::stale_is_true(std::size_t service) const {
  const auto serving = world_.serving_deploy(service_id(service));
  if (!serving) return;
  const Time requested = world_.deploy(*serving).created;
  for (std::size_t i = *serving + 1; i < world_.deploy_count(); ++i) {
    const auto newer = world_.deploy(i);
    if (newer.service_id == service_id(service) && newer.trigger == "api") return;  // it did not go live
  }
  for (std::size_t group = 0; group < values_.size(); ++group) {
    const bool linked = links(group, service).back().linked;
    if (world_.carries_link(*serving, group_id(group)) != linked) return;
    const bool told = std::ranges::any_of(adopted_[service], [&](const Adopted& one) {
      return one.deploy == *serving && (one.unsure || one.linked[group]);
    });
    if (!linked && !told) continue;
    if (values_[group].back().since >= requested - scenario_.workspace.behaviour.value_lag) return;
    if (links(group, service).back().since >= requested) return;
    if (carried(*serving, group) != values_[group].back().values) return;
    if (!scenario_.workspace.behaviour.link_touches_group) continue;
    for (std::size_t other = 0; other < scenario_.workspace.services.size(); ++other) {
      if (links(group, other).back().since >= requested) return;
    }
  }
  throw Violation(fmt::format("truth: {} is called stale, and nothing changed since {} was asked for",
                              service_id(service), world_.deploy(*serving).id));
}

void TruthOracle::judge(std::size_t service, Freshness said, bool unreadable, int process) {
  ++judgements_.said.at(static_cast<std::size_t>(said));
  if (unreadable && said == Freshness::live && !asked(service).empty())
    throw Violation(
        fmt::format("truth: {} is called live, and the journal could not be read", service_id(service)));
  if (changed_since(service, readings_.at(static_cast<std::size_t>(process)).began)) return;
  if (said == Freshness::live) live_is_true(service);
  if (said == Freshness::stale) stale_is_true(service);
}

void TruthOracle::shows(const plan::Verification& verification, int process) {
  for (const plan::VerifiedService& service : verification.services) {
    const std::size_t place = place_of(service.id);
    if (service.freshness == Freshness::live) was_looked_at(place, process);
    judge(place, service.freshness, verification.journal_unreadable, process);
  }
}

/// A service that the plan does not redeploy and calls unproven nowhere counts as reported live.
void TruthOracle::shows(const plan::Plan& plan, int process) {
  for (const plan::PlannedService& service : plan.services) {
    const std::size_t i = place_of(service.id);
    if (service.redeploy == plan::Reason::stale) judge(i, Freshness::stale, plan.journal_unreadable, process);
    if (service.redeploy == plan::Reason::unknown)
      judge(i, Freshness::unknown, plan.journal_unreadable, process);
    if (!service.redeploys() && service.unproven.empty())
      judge(i, Freshness::live, plan.journal_unreadable, process);
  }
}

}  // namespace envlink::simulation
