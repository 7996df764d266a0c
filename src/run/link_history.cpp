#include "run/link_history.h"

#include <algorithm>
#include <map>
#include <utility>

namespace envlink::run {
namespace {

constexpr int runs_looked_at = 50;

using Links = std::map<std::pair<std::string, std::string>, Time>;

// The latest of intent, answer and proof: a run that was killed in between may have changed the link as well.
void take(const engine::Event& event, Links& links) {
  using engine::EventKind;
  if (event.kind == EventKind::service_ended) {
    // A service that a run brought to its end carries all its links: in the store's order, whatever the
    // clocks say.
    const auto ending = engine::ending_from(event.status);
    if (ending == engine::Ending::live || ending == engine::Ending::superseded)
      std::erase_if(links, [&](const auto& link) { return link.first.second == event.subject; });
    return;
  }
  const bool concerns_a_link = event.kind == EventKind::link_intended ||
                               event.kind == EventKind::link_answered || event.kind == EventKind::link_proved;
  const std::size_t slash = event.subject.find('/');
  if (!concerns_a_link || slash == std::string::npos) return;
  const Time at = event.server_time.value_or(event.at);
  Time& latest = links[{event.subject.substr(0, slash), event.subject.substr(slash + 1)}];
  latest = std::max(latest, at);
}

}  // namespace

Result<std::vector<plan::RememberedLink>> link_history(const Store& store, const OwnerId& workspace) {
  auto runs = store.runs(workspace.text(), runs_looked_at);
  if (!runs) return fail(runs.error());
  std::reverse(runs->begin(), runs->end());
  Links links;
  for (const RunSummary& run : *runs) {
    const auto events = store.events(run.number);
    if (!events) return fail(events.error());
    for (const engine::Event& event : *events) take(event, links);
  }
  std::vector<plan::RememberedLink> remembered;
  for (const auto& [link, at] : links) {
    remembered.push_back({GroupId(link.first), ServiceId(link.second), at});
  }
  return remembered;
}

std::vector<plan::RememberedLink> reported_link_history(Context& context, const OwnerId& workspace) {
  auto history = link_history(context.store, workspace);
  if (history) return std::move(*history);
  context.frontend.report(history.error());
  return {};
}

}  // namespace envlink::run
