#pragma once
// A report as an HTML page, and what its sections share. Pure.

#include <string>
#include <string_view>

#include "view/html.h"
#include "view/report.h"
#include "view/rollout_status.h"
#include "view/run_timeline.h"

namespace envlink::view {

namespace page {

struct Page {
  const Report& report;
  const RunTimeline& timeline;
  const RolloutStatus& board;
  const Style& style;

  const plan::Plan& plan() const { return report.plan; }
  std::string name(std::size_t service) const { return html::text(plan().services[service].name); }
  ServiceLabel state(std::size_t service) const { return board.state(service, timeline.ended); }
  /// The word that the page's filter uses.
  std::string_view state_word(std::size_t service) const;
  std::string state_words(std::size_t service) const;
  /// Since the run began, without pauses: "1m30s".
  std::string since(Time at) const { return format_duration(timeline.since_began(at)); }
};

/// A word of the program for people: "background worker".
std::string spaced(std::string_view word);

/// Up to these numbers everything is shown; above them, only what matters.
constexpr std::size_t most_services_in_full = 200;
constexpr std::size_t most_events_in_full = 2000;

/// Sections of the page: the services in their waves with dependencies, and the services over time.
std::string graph(const Page& page);
std::string timeline(const Page& page);

}  // namespace page

/// One HTML document that loads nothing. Its style and script contain no data of the run, so its content
/// security policy only needs their hashes.
std::string report_page(const Report& report);

}  // namespace envlink::view
