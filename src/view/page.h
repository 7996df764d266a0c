#pragma once
// Part of the inside of a report's page: what its sections share.

#include <string>
#include <string_view>

#include "view/html.h"
#include "view/report_words.h"
#include "view/rollout_status.h"

namespace envlink::view::page {

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

/// The most services and events of which everything is told; of more, what matters.
constexpr std::size_t most_services_in_full = 200;
constexpr std::size_t most_events_in_full = 2000;

std::string header(const Page& page);
std::string failures(const Page& page);
std::string graph(const Page& page);
std::string timeline(const Page& page);
std::string links(const Page& page);
std::string findings(const Page& page);
std::string events(const Page& page);
std::string filter(const Page& page);

}  // namespace envlink::view::page
