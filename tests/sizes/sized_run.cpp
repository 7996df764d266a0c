#include "sized_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "emulator/from_workspace.h"
#include "emulator/world.h"
#include "engine/forecast.h"
#include "engine/workspace_reader.h"
#include "plan/make_plan.h"
#include "rehearsal/rehearsal.h"

namespace envlink::sizes {
namespace {

constexpr Time start{std::chrono::hours(24 * 365 * 56)};
constexpr std::size_t services_of_a_group = 100;
constexpr std::size_t fewest_groups = 3;
constexpr std::size_t most_listed = 100;      // the default for a plan
constexpr std::size_t most_parallel = 1'000;  // the maximum in a file

/// Reads the workspace from a World that answers after the usual time.
model::Workspace read(const Sized& made, engine::Budget& budget) {
  emulator::World world(made.seed, start);
  engine::WorkspaceReader reader(made.desired, "", {}, {.most_listed = most_listed});
  std::multimap<Time, engine::Call> under_way;
  Time now = start;
  while (!reader.finished()) {
    engine::Step step = reader.step(now);
    for (engine::Call& call : step.calls) under_way.emplace(now + engine::usual_answer, std::move(call));
    const bool reply = !under_way.empty() && (!step.wake || under_way.begin()->first <= *step.wake);
    now = reply ? under_way.begin()->first : *step.wake;
    if (!reply) continue;
    const engine::Call call = std::move(under_way.extract(under_way.begin()).mapped());
    reader.receive(now, {call.id, world.handle(call.request.method, "/v1" + call.request.target,
                                               "Bearer " + made.seed.api_key, call.request.body, now)});
  }
  if (!reader.result()) throw std::runtime_error(describe(reader.result().error()));
  budget = reader.budget();
  return *reader.result();
}

}  // namespace

Sized sized(std::size_t services) {
  Sized made;
  made.work = {services, std::max(fewest_groups, services / services_of_a_group), services};
  made.seed.owner_id = "tea-sized000000000000000";
  for (std::size_t group = 0; group < made.work.groups; ++group) {
    emulator::SeedGroup seeded;
    seeded.name = fmt::format("group-{}", group);
    for (int key = 0; key < 10; ++key) seeded.variables.emplace_back(fmt::format("KEY_{}", key), "value");
    model::DesiredGroup wanted;
    wanted.name.text = seeded.name;
    made.seed.groups.push_back(std::move(seeded));
    made.desired.groups.push_back(std::move(wanted));
  }
  for (std::size_t i = 0; i < services; ++i) {
    emulator::SeedService seeded;
    seeded.name = fmt::format("service-{:05}", i);
    model::DesiredService wanted;
    wanted.name.text = seeded.name;
    wanted.link = {{made.seed.groups[i % made.work.groups].name, {}}};
    made.seed.services.push_back(std::move(seeded));
    made.desired.services.push_back(std::move(wanted));
  }
  made.desired.file = "envlink.yaml";
  made.desired.rollout.max_parallel = static_cast<int>(std::min(services, most_parallel));
  return made;
}

Planned planned(const Sized& made) {
  Planned result;
  result.actual = read(made, result.budget);
  result.plan = plan::make_plan(made.desired, result.actual);
  if (result.plan.refused()) throw std::runtime_error("the plan is refused");
  return result;
}

view::Rehearsal rehearsed(const Sized& made, const Planned& planned) {
  const auto setup = rehearsal::set_up(planned.actual, planned.plan, planned.budget, {}, std::nullopt);
  if (!setup) throw std::runtime_error(describe(setup.error()));
  return rehearsal::rehearse(made.desired, planned.plan,
                             emulator::from_workspace(planned.actual, setup->model));
}

std::size_t requests(const view::Rehearsal& told) {
  std::size_t sum = 0;
  for (const auto& [kind, count] : told.requests) sum += count;
  return sum;
}

}  // namespace envlink::sizes
