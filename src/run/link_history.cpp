#include "run/link_history.h"

#include <algorithm>
#include <map>
#include <utility>

namespace envlink::run {
namespace {

using Links = std::map<std::pair<GroupId, ServiceId>, Time>;

// The latest of intent, answer and proof: a run that was killed in between may have changed the link as well.
void take(const engine::Event& event, Links& links) {
  const auto changed = [&](const engine::EventLink& link, std::optional<Time> server_time) {
    Time& latest = links[{link.group.id, link.service.id}];
    latest = std::max(latest, server_time.value_or(event.at));
  };
  std::visit(
      engine::ByKind{
          [&](const engine::LinkIntended& it) { changed(it.link, {}); },
          [&](const engine::LinkAnswered& it) { changed(it.link, it.server_time); },
          [&](const engine::LinkProved& it) { changed(it.link, it.server_time); },
          // It carries all its links: in the journal's order, whatever the clocks say.
          [&](const engine::ServiceEnded& it) {
            if (it.state != engine::ServiceOutcome::live && it.state != engine::ServiceOutcome::superseded)
              return;
            std::erase_if(links, [&](const auto& link) { return link.first.second == it.service.id; });
          },
          [](const auto&) {}},
      event.what);
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
    remembered.push_back({link.first, link.second, at});
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
