#pragma once
// Runs processes of envlink one after the other: a run and its rollback, against the World and with the
// oracles. A case says when a process is killed, and may change requests and answers.

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/rollback.h"
#include "engine/rollout.h"
#include "engine/run_loop.h"
#include "engine/workspace_reader.h"
#include "oracles.h"
#include "plan/make_plan.h"
#include "wire.h"

namespace envlink::simulation {

struct Killed {};

inline bool asks_for_a_deploy(const api::Request& request) {
  return request.method == api::Method::post &&
         (request.target.ends_with("/deploys") || request.target.ends_with("/rollback"));
}

class CaseRunner final : public engine::Recorder, public engine::Observer, public engine::Transport {
 public:
  enum class Death { none, before_the_request, after_the_request, after_its_answer, while_watching };

  explicit CaseRunner(Scenario the_scenario, std::uint64_t seed = 1)
      : scenario(std::move(the_scenario)),
        choices(seed),
        world(scenario.workspace, start, 1.0, 1),
        oracles(scenario, world, start),
        wire(scenario, choices, world, oracles, start) {
    begin(plan::make_plan(scenario.desired, read_workspace(scenario.desired)));
  }

  /// Starts or resumes the plan. False: the process was killed before the end.
  bool carry_out(Death death = Death::none) {
    death_ = death;
    oracles.run_goes_on(plan(), static_cast<std::int64_t>(plans_.size()));
    engine::Rollout rollout =
        journal.empty() ? engine::Rollout(plan(), budget_) : engine::Rollout(plan(), journal);
    try {
      carrying_ = true;
      engine::run(rollout, wire, *this, *this, *this);
    } catch (const Killed&) {
      carrying_ = false;
      return false;
    }
    carrying_ = false;
    progress = rollout.progress();
    exit_code = model::exit_code(rollout.outcome());
    budget_ = rollout.budget();
    for (const engine::Event& event : journal) event_survives(event);
    oracles.run_ended(rollout.outcome());
    return true;
  }

  void pass(Duration time) {
    wire.new_process(time, Duration{0});
    oracles.process_ended();
    budget_ = engine::Budget{};
  }

  /// A colleague pushes to the first service once a minute; each build ends before the next push.
  void push(int times) {
    for (int i = 0; i < times; ++i) {
      world.push_commit(first_id(), wire.world_now());
      wire.new_process(std::chrono::minutes(1), Duration{0});
    }
  }

  /// Plans the rollback of the run; `carry_out` then executes it.
  void go_back() {
    begin(engine::rollback_plan(plan(), progress, 1, read_workspace(engine::desired_by(plan()))));
  }

  const plan::Plan& plan() const { return plans_.back(); }
  const std::string& first_id() const { return scenario.workspace.services[0].id; }
  const engine::ServiceProgress& first() const { return progress.services[0]; }
  std::size_t made(std::string_view trigger) const {
    const auto deploys = world.deploys();
    return static_cast<std::size_t>(std::count_if(deploys.begin(), deploys.end(), [&](const auto& deploy) {
      return deploy.service_id == first_id() && deploy.trigger == trigger && deploy.created > start;
    }));
  }

  /// The deploy that the run attributes to itself.
  emulator::World::DeployRecord deploy_of(std::size_t service) const {
    const auto deploys = world.deploys();
    const auto found = std::ranges::find(deploys, progress.services[service].deploy.text(),
                                         &emulator::World::DeployRecord::id);
    REQUIRE(found != deploys.end());
    return *found;
  }

  void keep(const std::vector<engine::PriorValue>&) override {}
  void record(const std::vector<engine::Event>& events) override {
    journal.insert(journal.end(), events.begin(), events.end());
    if (carrying_) oracles.recorded(events);
    for (const engine::Event& event : events) {
      if (death_ == Death::before_the_request && event.is<engine::DeployIntended>()) throw Killed{};
      if (death_ == Death::while_watching && event.is<engine::DeployObserved>()) throw Killed{};
    }
  }
  void notice(const engine::Event&) override {}
  std::optional<Time> repaint(Time) override {
    REQUIRE(++turns_ < 100'000);
    return std::nullopt;
  }
  void send(const engine::Call& call) override {
    if (on_send && carrying_) on_send(call.request);
    calls_.push_back(call);
    wire.send(call);
    if (!asks_for_a_deploy(call.request) || death_ != Death::after_the_request) return;
    wire.wait(wire.now() + std::chrono::seconds(2));
    throw Killed{};
  }
  engine::Arrivals wait(std::optional<Time> until) override {
    engine::Arrivals arrivals = wire.wait(until);
    for (engine::Reply& reply : arrivals.replies) {
      const auto call = std::find_if(calls_.rbegin(), calls_.rend(),
                                     [&](const engine::Call& one) { return one.id == reply.id; });
      if (death_ == Death::after_its_answer && asks_for_a_deploy(call->request)) throw Killed{};
      if (on_answer && carrying_) on_answer(call->request, reply.outcome);
    }
    return arrivals;
  }

  static constexpr Time start{std::chrono::hours(24 * 365 * 56)};
  const Scenario scenario;
  Choices choices;
  emulator::World world;
  Oracles oracles;
  Wire wire;
  std::vector<engine::Event> journal;
  engine::Progress progress;
  int exit_code = -1;
  std::function<void(const api::Request&)> on_send;
  std::function<void(const api::Request&, api::Outcome&)> on_answer;

 private:
  model::Workspace read_workspace(const model::Desired& desired) {
    oracles.reading_begins();
    wire.new_activity();
    engine::WorkspaceReader reading(desired, "", budget_);
    engine::run(reading, wire, wire, *this, *this);
    REQUIRE(reading.result().has_value());
    budget_ = reading.budget();
    journal.clear();
    wire.new_activity();
    return *reading.result();
  }

  void begin(plan::Plan plan) {
    REQUIRE_FALSE(plan.refused());
    plans_.push_back(std::move(plan));
    oracles.run_begins(plans_.back(), wire.world_now(), static_cast<std::int64_t>(plans_.size()));
    journal.clear();
  }

  std::deque<plan::Plan> plans_;  // a deque, because the oracles keep pointers to the plans
  engine::Budget budget_;
  Death death_ = Death::none;
  bool carrying_ = false;
  int turns_ = 0;
  std::vector<engine::Call> calls_;
};

}  // namespace envlink::simulation
