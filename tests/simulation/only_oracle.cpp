#include "only_oracle.h"

#include <fmt/format.h>

#include <algorithm>

#include "plan/waves.h"
#include "violation.h"

namespace envlink::simulation {
namespace {

std::string_view group_id(const emulator::Workspace& workspace, std::string_view name) {
  return std::ranges::find(workspace.groups, name, &emulator::SeedGroup::name)->id;
}

}  // namespace

OnlyOracle::OnlyOracle(const Scenario& scenario, const emulator::World& world)
    : scenario_(scenario), world_(world) {
  const auto after = plan::order_of(scenario.desired);
  for (std::size_t i = 0; i < after.size(); ++i) {
    before_.emplace_back(after.size());
    std::vector<std::size_t> open = after[i];
    while (!open.empty()) {
      const std::size_t next = open.back();
      open.pop_back();
      if (before_[i][next]) continue;
      before_[i][next] = true;
      open.insert(open.end(), after[next].begin(), after[next].end());
    }
  }
}

void OnlyOracle::written(std::size_t service, bool deploys) const {
  if (!scenario_.habits.only) return;
  const std::size_t only = *scenario_.habits.only;
  if (service != only && !before_[only][service]) {
    throw Violation(fmt::format("only: a write went out about {}, which --only leaves out",
                                scenario_.workspace.services[service].id));
  }
  if (!deploys || !scenario_.untouched) return;
  for (std::size_t i = 0; i < before_.size(); ++i) {
    if (!before_[service][i]) continue;
    for (const SourceString& group : scenario_.desired.services[i].link) {
      const std::string& id = scenario_.workspace.services[i].id;
      if (world_.is_linked(group_id(scenario_.workspace, group.text), id)) continue;
      throw Violation(fmt::format("only: {} was deployed before {} had its links",
                                  scenario_.workspace.services[service].id, id));
    }
  }
}

}  // namespace envlink::simulation
