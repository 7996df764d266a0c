#include <fmt/format.h>

#include "assets/pages.h"
#include "view/layout.h"
#include "view/page.h"

namespace envlink::view {

namespace page {

std::string_view Page::state_word(std::size_t service) const {
  if (timeline.progress.services[service].phase == engine::ServicePhase::unchanged) return "unchanged";
  switch (board.group_of(service)) {
    case ServiceStatusGroup::failed:
      return timeline.progress.services[service].open() ? "unsettled" : "failed";
    case ServiceStatusGroup::running:
      return "under way";
    case ServiceStatusGroup::waiting:
    case ServiceStatusGroup::not_started:
      return "not started";
    case ServiceStatusGroup::done:
      break;
  }
  return plan().services[service].redeploys() ? "live" : "linked";
}

std::string Page::state_words(std::size_t service) const {
  const std::string words = state(service).words;
  return words.empty() ? std::string(state_word(service)) : words;
}

}  // namespace page

std::string report_page(const Report& report) {
  const Style style;
  const RunTimeline timeline = timeline_of(report);
  const RolloutStatus board(report.plan, timeline.progress, style);
  const page::Page page{report, timeline, board, style};
  std::string out;
  std::string_view rest = assets::report_page;
  const auto put = [&](std::string_view place, const std::string& text) {
    const std::size_t at = rest.find(place);
    out.append(rest.substr(0, at)).append(text);
    rest.remove_prefix(at + place.size());
  };
  put("<!-- policy -->", fmt::format(R"(<meta http-equiv="Content-Security-Policy" content="{}">)",
                                     assets::page_policy(assets::report_page)));
  put("{title}", fmt::format("Run {} on {}: {}", report.run, html::text(report.plan.owner.name),
                             verdict_of(report).words));
  put("<!-- run -->\n", page::header(page) + page::failures(page) + page::filter(page) + page::graph(page) +
                            page::timeline(page) + page::links(page) + page::findings(page) +
                            page::events(page));
  put("{host}", html::text(report.host));
  return out.append(rest);
}

}  // namespace envlink::view
