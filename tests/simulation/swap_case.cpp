#include "swap_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/event_json.h"
#include "oracles.h"
#include "run/commands.h"
#include "run/memory_store.h"
#include "run/values.h"
#include "violation.h"
#include "wire.h"

namespace envlink::simulation {
namespace {

using model::Outcome;
using std::chrono::seconds;

constexpr int most_processes = 16;
constexpr int most_turns = 200'000;
constexpr std::string_view new_name = "fresh";

struct Wish {
  std::string_view key;
  std::string value;
};

const std::vector<Wish>& wishes() {
  static const std::vector<Wish> all = {{"KEY", fmt::format("{}-new", planted_secret)},
                                        {"file:ca.pem", fmt::format("{}\n", planted_secret)}};
  return all;
}

/// Good enough to distinguish values.
model::ValueDigest digest(model::ValueKind, std::string_view name, std::string_view value) {
  model::ValueDigest::Bytes bytes{};
  const std::size_t hashed = std::hash<std::string>()(std::string(name) + "=" + std::string(value));
  for (std::size_t i = 0; i < sizeof hashed; ++i) bytes[i] = static_cast<std::uint8_t>(hashed >> (8 * i));
  return model::ValueDigest(bytes);
}

std::string_view last_part(std::string_view target) {
  return target.substr(target.rfind('/') + 1);
}

/// What must hold at any time, checked on the network and in the World.
class SwapOracle final : public Listener {
 public:
  SwapOracle(const Scenario& scenario, const emulator::World& world) : world_(world) {
    old_ = scenario.workspace.groups.front().id;
    for (const emulator::SeedService& service : scenario.workspace.services) {
      all_.push_back(service.id);
      if (world.is_linked(old_, service.id)) consumers_.push_back(service.id);
    }
  }

  const std::string& old_group() const { return old_; }
  void carries_out(const plan::Plan& plan) { undoes_ = plan.undoes != 0; }

  void sent(int, Time, const api::Request& request) override {
    ++requests;
    if (request.method == api::Method::get || undoes_) return;
    const std::string_view target = request.target;
    if (target.starts_with("/env-groups/" + old_ + "/services/") && !has_new(last_part(target)))
      throw Violation(
          fmt::format("swap: the old group is taken from {} before it has the new one", last_part(target)));
    if (target.ends_with("/deploys")) deploy_is_due(target);
  }

  void reached(Time, const api::Request& request, const api::Response& response) override {
    if (request.method == api::Method::post && request.target.ends_with("/env-groups") &&
        response.status == 201) {
      const std::size_t at = response.body.find("evg-");
      made_.push_back(response.body.substr(at, response.body.find('"', at) - at));
      if (made_.size() > 1) throw Violation("swap: there are two new groups");
    }
    if (undoes_ || request.method == api::Method::get) return;
    for (const std::string& service : consumers_) {
      if (!world_.is_linked(old_, service) && !has_new(service))
        throw Violation(fmt::format("swap: {} has neither group", service));
    }
  }

  void told(int, Time, const api::Request&, const api::Outcome&) override {}

  void is_done() const {
    for (const std::string& service : all_) {
      const bool consumer = std::ranges::find(consumers_, service) != consumers_.end();
      if (has_new(service) != consumer || world_.is_linked(old_, service))
        throw Violation(fmt::format("swap: it is told to be done, and {} is not linked as planned", service));
    }
    holds_all();
  }

  void went_back() const {
    for (const std::string& service : all_) {
      const bool consumer = std::ranges::find(consumers_, service) != consumers_.end();
      if (has_new(service) || world_.is_linked(old_, service) != consumer)
        throw Violation(
            fmt::format("swap: it is told to be rolled back, and {} is not linked as before", service));
    }
  }

  std::size_t requests = 0;

 private:
  bool has_new(std::string_view service) const {
    return !made_.empty() && world_.is_linked(made_.front(), service);
  }

  void holds_all() const {
    for (const Wish& wish : wishes()) {
      const std::string* held = made_.empty() ? nullptr : world_.value(made_.front(), wish.key);
      if (held == nullptr || *held != wish.value)
        throw Violation(fmt::format("swap: the new group does not hold {}", wish.key));
    }
  }

  void deploy_is_due(std::string_view target) const {
    const std::string_view before = target.substr(0, target.rfind('/'));
    const std::string_view service = last_part(before);
    if (!has_new(service) || world_.is_linked(old_, service))
      throw Violation(
          fmt::format("swap: a deploy of {} is asked for, and its links are not as planned", service));
    holds_all();
  }

  const emulator::World& world_;
  std::string old_;
  std::vector<std::string> all_;
  std::vector<std::string> consumers_;  // services linked to the old group before the swap
  std::vector<std::string> made_;       // by the run
  bool undoes_ = false;                 // the run is a rollback
};

struct Killed {};

class Journal final : public run::MemoryStore {
 public:
  Journal(Wire& wire, SwapOracle& oracle, bool trace) : wire_(wire), oracle_(oracle), trace_(trace) {}
  Result<std::int64_t> begin(const run::RunSummary& run, const plan::Plan& plan) override {
    port();
    return MemoryStore::begin(run, plan);
  }
  Result<void> append(std::int64_t run, const std::vector<engine::Event>& events) override {
    port();
    for (const engine::Event& event : events) {
      if (trace_) fmt::print("  {}\n", engine::to_json(event));
      event_survives(event);
    }
    return MemoryStore::append(run, events);
  }
  Result<void> end(std::int64_t run, Time at, Outcome outcome) override {
    port();
    if (trace_) fmt::print("  run {} is closed: {}\n", run, model::to_string(outcome));
    if (outcome == Outcome::done && this->at(run).plan->undoes == 0) oracle_.is_done();
    if (outcome == Outcome::rolled_back) oracle_.went_back();
    return MemoryStore::end(run, at, outcome);
  }
  void port() const {
    if (wire_.kills()) throw Killed{};
  }

 private:
  Wire& wire_;
  SwapOracle& oracle_;
  bool trace_;
};

class Line final : public engine::Transport {
 public:
  explicit Line(const Journal& journal, Wire& wire) : journal_(journal), wire_(wire) {}
  void send(const engine::Call& call) override {
    journal_.port();
    wire_.send(call);
  }
  engine::Arrivals wait(std::optional<Time> until) override {
    journal_.port();
    return wire_.wait(until);
  }

 private:
  const Journal& journal_;
  Wire& wire_;
};

class SwapProcess final : public run::Network, public run::Frontend {
 public:
  SwapProcess(Wire& wire, Journal& journal, SwapOracle& oracle, bool trace)
      : wire_(wire), journal_(journal), oracle_(oracle), trace_(trace) {}

  /// Unset: the process was killed.
  std::optional<Outcome> carry_out(const std::function<Outcome(run::Context&)>& command) {
    run::Context context{
        .store = journal_, .locks = journal_, .network = *this, .clock = wire_, .frontend = *this};
    context.digests = [](bool) { return run::Digests{digest, "one"}; };
    context.ask_again = [](const plan::Plan& plan, const std::vector<std::size_t>& values) {
      std::vector<Secret> given;
      for (const std::size_t value : values)
        given.emplace_back(std::ranges::find(wishes(), plan.values.at(value).key, &Wish::key)->value);
      return Result<std::vector<Secret>>(std::move(given));
    };
    std::optional<Outcome> outcome;
    try {
      outcome = command(context);
    } catch (const Killed&) {
    }
    wire_.new_activity();
    return outcome;
  }

  std::unique_ptr<engine::Transport> connect() override {
    wire_.new_activity();
    return std::make_unique<Line>(journal_, wire_);
  }
  std::unique_ptr<engine::Observer> watch_reading(const engine::WorkspaceReader&) override {
    return std::make_unique<TurnCounter>();
  }
  void show_plan(const plan::Plan&) override {}
  Result<void> confirm(run::Question) override { return {}; }
  std::unique_ptr<engine::Observer> watch(std::int64_t, const engine::Rollout& rollout) override {
    oracle_.carries_out(rollout.plan());
    return std::make_unique<TurnCounter>();
  }
  void rolled_out(std::int64_t, const engine::Rollout&, run::RunEnd) override {}
  void show_verification(const plan::Verification&) override {}
  void show_unfinished(const run::StoredRun&, std::string_view) override {}
  void show_reads(const engine::ReadCounts&) override {}
  void report(const Error& error) override {
    if (trace_) fmt::print("  {}\n", describe(error));
  }
  void say(std::string_view text) override {
    if (trace_) fmt::print("  {}\n", text);
  }
  void say_waiting(std::string_view) override {}

 private:
  struct TurnCounter final : engine::Observer {
    void notice(const engine::Event&) override {}
    std::optional<Time> repaint(Time) override {
      if (++turns > most_turns) throw Violation("swap: it does not end");
      return std::nullopt;
    }
    int turns = 0;
  };

  Wire& wire_;
  Journal& journal_;
  SwapOracle& oracle_;
  bool trace_;
};

Outcome swap(run::Context& context, const model::Desired& file, const std::string& old_group) {
  const auto found = run::read_group(context, file, old_group);
  if (!found) return run::end_with(context, found.error());
  run::GivenValues values;
  for (const Wish& wish : wishes()) values.set.push_back({std::string(wish.key), Secret(wish.value)});
  const auto source =
      run::plan_source_for_new_group(file, &*found, {.name = std::string(new_name)}, std::move(values),
                                     {plan::ValueOrigin::dotenv, "/home/ada/.env.new"});
  return run::apply(context, source, {});
}

Outcome resume(run::Context& context) {
  const auto chosen = run::choose_resumable(context.store, 0);
  if (!chosen) return run::end_with(context, chosen.error());
  return *chosen ? run::resume(context, **chosen, {}) : Outcome::nothing_to_do;
}

Outcome roll_back(run::Context& context) {
  const auto chosen = run::choose_for_rollback(context.store, 1);
  return chosen ? run::roll_back(context, *chosen, {}) : run::end_with(context, chosen.error());
}

/// Only the swap may change groups.
void leave_groups_alone(Scenario& scenario) {
  std::erase_if(scenario.acts, [](const Act& act) {
    switch (act.kind) {
      case Act::Kind::push:
      case Act::Kind::cancel_newest:
      case Act::Kind::storm:
      case Act::Kind::sleep:
      case Act::Kind::interrupt:
      case Act::Kind::settings:
        return false;
      default:
        return true;
    }
  });
  scenario.hostility.most_meddles = scenario.hostility.most_disk_full = scenario.hostility.most_damage = 0;
  scenario.second.reset();
}

}  // namespace

Ended play_swap(Scenario scenario, Choices& choices, Time start, unsigned seed, bool trace) {
  leave_groups_alone(scenario);
  emulator::SeedGroup& old_group = scenario.workspace.groups.front();
  old_group.links.clear();
  for (const emulator::SeedService& service : scenario.workspace.services) {
    if (choices.chance(0.7)) old_group.links.push_back(service.id);
  }
  if (trace) fmt::print("{}  a swap of {}\n", describe(scenario), old_group.name);
  emulator::World world(scenario.workspace, start, 1.0, seed);
  SwapOracle oracle(scenario, world);
  Wire wire(scenario, choices, world, oracle, start);
  Journal journal(wire, oracle, trace);
  Ended ended;
  const auto carry_out = [&](const auto& command) {
    ended.outcome = SwapProcess(wire, journal, oracle, trace).carry_out(command);
    if (!ended.outcome) ++ended.kills;
    if (trace) fmt::print("  ends: {}\n", ended.outcome ? to_string(*ended.outcome) : "killed");
  };
  if (scenario.hostility.from_the_start) wire.trouble_begins();
  const auto begin = [&](run::Context& context) {
    return swap(context, scenario.desired, oracle.old_group());
  };
  carry_out(begin);
  // Without a run, the user types the command again.
  while (journal.all().empty() && ended.outcome != Outcome::refused && ended.processes < most_processes) {
    wire.new_process(choices.span(seconds(0), seconds(30)), Duration{0});
    ++ended.processes;
    carry_out(begin);
  }
  const bool thinks_again = choices.chance(0.3);
  while (!journal.all().empty() && ended.processes < most_processes) {
    const auto left = run::choose_resumable(journal, 0);
    const bool undo = thinks_again && journal.at(1).summary.outcome != Outcome::rolled_back;
    if ((!left || !*left) && !undo) break;
    wire.new_process(choices.span(seconds(0), seconds(30)), Duration{0});
    ++ended.processes;
    if (ended.processes > most_processes / 2) wire.no_more_trouble();
    if (undo && (ended.processes > 3 || choices.chance(0.5))) {
      carry_out(roll_back);
      if (ended.outcome && *ended.outcome != Outcome::done && *ended.outcome != Outcome::nothing_to_do) break;
    } else {
      carry_out(resume);
    }
  }
  ended.requests = oracle.requests;
  return ended;
}

}  // namespace envlink::simulation
