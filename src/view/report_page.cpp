#include <fmt/format.h>

#include "base/page_style.h"
#include "view/layout.h"
#include "view/page.h"

namespace envlink::view {

namespace page {

std::string_view Page::state_word(std::size_t service) const {
  if (story.progress.services[service].phase == engine::ServicePhase::unchanged) return "unchanged";
  switch (board.standing(service)) {
    case Standing::failed:
      return story.progress.services[service].open() ? "unsettled" : "failed";
    case Standing::running:
      return "under way";
    case Standing::waiting:
    case Standing::not_started:
      return "not started";
    case Standing::done:
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
  const Story story = story_of(report);
  const Board board(report.plan, story.progress, style);
  const page::Page page{report, story, board, style};
  const std::string css = std::string(page_style()).append(page::style());
  const std::string title = fmt::format("Run {} on {}: {}", report.run, html::text(report.plan.owner.name),
                                        verdict_of(report).words);
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; "
      "form-action 'none'; style-src {}; script-src {}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
      "content=\"no-referrer\">\n"
      "<title>{}</title>\n<style>",
      csp_hash(css), csp_hash(page::script()), title);
  out += css;
  out += "</style>\n</head>\n<body>\n<main>\n";
  out += page::header(page);
  out += page::failures(page);
  out += page::filter(page);
  out += page::graph(page);
  out += page::timeline(page);
  out += page::links(page);
  out += page::findings(page);
  out += page::events(page);
  out += fmt::format(
      "<footer class=\"soft\"><p>All of this comes from the journal of {}, which holds no variable's value. "
      "The page "
      "loads nothing and sends nothing.</p></footer>\n</main>\n<script>",
      html::text(report.host));
  out += page::script();
  out += "</script>\n</body>\n</html>\n";
  return out;
}

}  // namespace envlink::view
