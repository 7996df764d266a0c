// The cost of making a plan: processor time of the pure planner, and of reading a whole workspace from the
// model of Render in virtual time, with the requests by kind. Prints figures only.

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <map>
#include <string>

#include "emulator/world.h"
#include "engine/workspace_reader.h"
#include "plan/make_plan.h"
#include "plan/stored.h"

using namespace envlink;

namespace {

const Time start{std::chrono::hours(24 * 365 * 56)};
constexpr Duration latency = std::chrono::milliseconds(80);

struct Size {
  std::size_t services;
  std::size_t groups;
};

/// Each service uses four groups and is already linked to half of them. Services depend on each other in
/// chains of ten.
struct Made {
  emulator::Workspace seed;
  model::Desired desired;
};

std::string group_name(std::size_t group) {
  return fmt::format("group-{}", group);
}

Made make(Size size) {
  Made made;
  made.seed.owner_id = "tea-bench000000000000000";
  for (std::size_t group = 0; group < size.groups; ++group) {
    emulator::SeedGroup seeded;
    seeded.name = group_name(group);
    for (int key = 0; key < 40; ++key) seeded.variables.emplace_back(fmt::format("KEY_{}", key), "value");
    made.seed.groups.push_back(std::move(seeded));
    model::DesiredGroup wanted;
    wanted.name.text = group_name(group);
    wanted.require = {{"KEY_1", {}}, {"KEY_39", {}}};
    made.desired.groups.push_back(std::move(wanted));
  }
  for (std::size_t i = 0; i < size.services; ++i) {
    emulator::SeedService seeded;
    seeded.name = fmt::format("service-{}", i);
    model::DesiredService wanted;
    wanted.name.text = seeded.name;
    for (std::size_t n = 0; n < 4; ++n) {
      const std::size_t group = (i + n * 7) % size.groups;
      wanted.link.push_back({group_name(group), {}});
      if (n % 2 == 0) made.seed.groups[group].links.push_back(seeded.name);
    }
    if (i % 10 != 0) wanted.after.push_back({fmt::format("service-{}", i - 1), {}});
    made.seed.services.push_back(std::move(seeded));
    made.desired.services.push_back(std::move(wanted));
  }
  return made;
}

double seconds_of(std::clock_t from) {
  return static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC;
}

struct ReadWorkspace {
  model::Workspace workspace;
  engine::ReadCounts counts;
  Duration took{};
  double own = 0;  // processor seconds for reading, without the model of Render
};

ReadWorkspace read_workspace(const Made& made) {
  emulator::World world(made.seed, start);
  engine::WorkspaceReader reading(made.desired, "");
  std::multimap<Time, engine::Call> under_way;
  Time now = start;
  double own = 0;
  while (!reading.finished()) {
    auto from = std::clock();
    engine::Step step = reading.step(now);
    own += seconds_of(from);
    for (engine::Call& call : step.calls) under_way.emplace(now + latency, std::move(call));
    const bool reply = !under_way.empty() && (!step.wake || under_way.begin()->first <= *step.wake);
    now = reply ? under_way.begin()->first : *step.wake;
    if (!reply) continue;
    const engine::Call call = std::move(under_way.extract(under_way.begin()).mapped());
    api::Response response = world.handle(call.request.method, "/v1" + call.request.target,
                                          "Bearer " + made.seed.api_key, call.request.body, now);
    from = std::clock();
    reading.receive(now, {call.id, std::move(response)});
    own += seconds_of(from);
  }
  if (!reading.result()) {
    fmt::print("reading the workspace failed: {}\n", describe(reading.result().error()));
    std::exit(1);
  }
  return {*reading.result(), reading.requests(), now - start, own};
}

/// Processor seconds for reading, planning and writing the plan file.
double measure(Size size) {
  const Made made = make(size);
  const ReadWorkspace read = read_workspace(made);
  const auto& counts = read.counts;
  fmt::print("{} services, {} groups\n", size.services, size.groups);
  fmt::print(
      "  reading: {} requests: {} of owners, {} of services, {} of groups, {} of a group, {} of deploys, "
      "{} of variables, {} repeated\n",
      counts.total(), counts.owners, counts.services, counts.groups, counts.group_reads, counts.deploys,
      counts.variables, counts.repeated);
  fmt::print("  reading: {} of virtual time under the model's limits, {:.3f} s of processor time\n",
             format_duration(read.took), read.own);
  const auto planned_from = std::clock();
  auto from = planned_from;
  const plan::Plan made_plan = plan::make_plan(made.desired, read.workspace);
  fmt::print("  make_plan: {:.3f} s of processor time: {} links, {} deploys in {} waves\n", seconds_of(from),
             made_plan.links.size(), made_plan.deploys(), made_plan.waves.size());
  from = std::clock();
  const plan::PlanText text = plan::plan_file_text(made_plan, plan::snapshot_of(made_plan, read.workspace));
  fmt::print("  plan file: {:.3f} s of processor time, {:.1f} MB\n", seconds_of(from),
             static_cast<double>(text.text.size()) / 1e6);
  const double whole = read.own + seconds_of(planned_from);
  fmt::print("  whole: {:.3f} s of processor time\n", whole);
  return whole;
}

}  // namespace

int main() {
  const double thousand = measure({1'000, 50});
  const double ten_thousand = measure({10'000, 50});
  fmt::print("10,000 services cost {:.1f} times the processor time of 1,000\n", ten_thousand / thousand);
}
