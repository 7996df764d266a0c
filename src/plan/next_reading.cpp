#include "plan/next_reading.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>

namespace envlink::plan {
namespace {

using Unsettled = History::Unsettled;

/// Only links of services that are in the workspace.
std::vector<Unsettled> unsettled(const model::Workspace& reading, const History& history) {
  std::vector<Unsettled> open = history.unsettled(reading);
  std::erase_if(open, [&](const Unsettled& link) { return reading.find_service(link.service) == nullptr; });
  return open;
}

bool disagrees(const Unsettled& link) {
  return link.what == Unsettled::What::link;
}

/// The reading with its unsettled links as they are known to be.
model::Workspace as_known(model::Workspace reading, const std::vector<Unsettled>& open) {
  for (const Unsettled& link : open) {
    if (!disagrees(link)) continue;
    const auto group = std::ranges::find(reading.groups, link.group, &model::Group::id);
    if (std::erase(group->links, link.service) == 0) group->links.push_back(link.service);
  }
  return reading;
}

}  // namespace

std::vector<Unsettled> deciding_links(const model::Workspace& reading, const History& history,
                                      const Judge& judge) {
  const std::vector<Unsettled> open = unsettled(reading, history);
  if (open.empty()) return {};
  const Time settled = std::ranges::max(open, {}, &Unsettled::at).at;
  const Verdicts now = judge(reading, history);
  std::set<ServiceId> changed;
  const auto look_at = [&](model::Workspace next) {
    next.reading = {settled, settled + std::chrono::seconds(1)};
    History then = history;
    then.read(next);
    for (const auto& [service, verdict] : judge(next, then)) {
      const auto before = now.find(service);
      if (before == now.end() || before->second != verdict) changed.insert(service);
    }
  };
  look_at(reading);
  if (std::ranges::any_of(open, disagrees)) look_at(as_known(reading, open));
  if (changed.empty()) return {};
  std::vector<Unsettled> deciding;
  std::ranges::copy_if(open, std::back_inserter(deciding),
                       [&](const Unsettled& link) { return changed.contains(link.service); });
  return deciding.empty() ? open : deciding;
}

}  // namespace envlink::plan
