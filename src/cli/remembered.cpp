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

using Links = std::map<std::pair<std::string, std::string>, Time>;

/// A service that a run brought to its end carries all its links: in the journal's order, whatever the clocks
/// say.
void forget(const std::string& service, Links& links) {
  std::erase_if(links, [&](const auto& link) { return link.first.second == service; });
}

// The latest of intent, answer and proof: a run that was killed in between may have changed the link as well.
void take(const engine::Event& event, Links& links) {
  using engine::EventKind;
  if (event.kind == EventKind::service_ended) {
    const auto ending = engine::ending_from(event.status);
    if (ending == engine::Ending::live || ending == engine::Ending::superseded) forget(event.subject, links);
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
    print_error(links.error());
    return {};
  }
  std::vector<plan::RememberedLink> remembered;
  for (const auto& [link, at] : *links) {
    remembered.push_back({GroupId(link.first), ServiceId(link.second), at});
  }
  return remembered;
}

}  // namespace envlink::cli
