#include "cli/remembered.h"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <utility>

#include "cli/output.h"
#include "engine/progress.h"
#include "journal/journal.h"

namespace envlink::cli {

namespace {

constexpr int runs_looked_at = 50;

using Links = std::map<std::pair<GroupId, ServiceId>, Time>;

// The latest of intent, answer and proof: a run that was killed in between may have changed the link as well.
void take(const engine::Event& event, Links& links) {
  const auto changed = [&](const engine::EventLink& link, std::optional<Time> server_time) {
    Time& latest = links[{link.group.id, link.service.id}];
    latest = std::max(latest, server_time.value_or(event.at));
  };
  std::visit(engine::ByKind{[&](const engine::LinkIntended& it) { changed(it.link, {}); },
                            [&](const engine::LinkAnswered& it) { changed(it.link, it.server_time); },
                            [&](const engine::LinkProved& it) { changed(it.link, it.server_time); },
                            // It carries all its links: in the journal's order, whatever the clocks say.
                            [&](const engine::ServiceEnded& it) {
                              if (it.state != engine::Ending::live && it.state != engine::Ending::superseded)
                                return;
                              std::erase_if(links, [&](const auto& link) {
                                return link.first.second == it.service.id;
                              });
                            },
                            [](const auto&) {}},
             event.what);
}

Result<Links> read_links(const std::string& directory, const OwnerId& workspace) {
  auto journal = journal::Journal::open(directory);
  if (!journal) return fail(journal.error());
  auto runs = journal->runs(workspace.text(), runs_looked_at);
  if (!runs) return fail(runs.error());
  std::reverse(runs->begin(), runs->end());
  Links links;
  for (const journal::RunSummary& run : *runs) {
    const auto events = journal->events(run.number);
    if (!events) return fail(events.error());
    for (const engine::Event& event : *events) take(event, links);
  }
  return links;
}

}  // namespace

std::vector<plan::RememberedLink> remembered_links(const OwnerId& workspace) {
  const auto directory = journal::state_directory();
  if (!directory || access((*directory + "/journal.db").c_str(), F_OK) != 0) return {};
  const auto links = read_links(*directory, workspace);
  if (!links) {
    complain(links.error());
    return {};
  }
  std::vector<plan::RememberedLink> remembered;
  for (const auto& [link, at] : *links) {
    remembered.push_back({link.first, link.second, at});
  }
  return remembered;
}

}  // namespace envlink::cli
