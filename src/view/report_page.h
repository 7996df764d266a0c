#pragma once
// A report as one page, and what the sections of that page share. Pure.

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
  /// What the filter knows it by.
  std::string_view state_word(std::size_t service) const;
  std::string state_words(std::size_t service) const;
  /// Since the run began, pauses left out: "1m30s".
  std::string since(Time at) const { return format_duration(timeline.since_began(at)); }
};

/// A word of the program's own for people: "background worker".
std::string spaced(std::string_view word);

/// The most services and events of which everything is told; of more, what matters.
constexpr std::size_t most_services_in_full = 200;
constexpr std::size_t most_events_in_full = 2000;

/// Two of its sections: the services in their waves and what waits for what; and the services over time.
std::string graph(const Page& page);
std::string timeline(const Page& page);

}  // namespace page

/// One HTML document that loads nothing. Nothing of the run stands in its style or its script, so the hashes
/// of both are the whole of what its content security policy allows.
std::string report_page(const Report& report);

}  // namespace envlink::view
