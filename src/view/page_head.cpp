// The top of the page: what it was and how it ended, what failed, what is left, and the filter.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "view/page.h"

namespace envlink::view::page {
namespace {

std::string when(Time time) {
  return fmt::format(R"(<time datetime="{}">{}</time>)", format_rfc3339(time), day_and_time(time));
}

std::string fact(std::string_view term, const std::string& html) {
  return html.empty() ? std::string() : fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", term, html);
}

std::string tile(std::string_view term, const std::string& figure, const std::string& more = {},
                 std::string_view colour = "") {
  return fmt::format(R"(<div class="tile"><dt>{}</dt><dd class="{}">{}</dd>{}</div>)", term, colour, figure,
                     more.empty() ? "" : "<dd class=\"soft small\">" + more + "</dd>");
}

std::string out_of(std::size_t part, std::size_t all) {
  return fmt::format("{}<span class=\"soft\"> of {}</span>", part, all);
}

std::string tiles(const Page& page) {
  const plan::Plan& plan = page.plan();
  const RolloutStatus& board = page.board;
  std::string out = "<dl class=\"tiles\">";
  if (!plan.links.empty())
    out += tile("Links proved", out_of(board.links_proved(), plan.links.size()), "by reading back",
                board.links_proved() == plan.links.size() ? "good" : "bad");
  if (board.redeploying() > 0)
    out += tile("Services live", out_of(board.live(), board.redeploying()),
                fmt::format("in {}", count_of(plan.waves.size(), "wave")),
                board.live() == board.redeploying() ? "good" : "bad");
  const std::string pauses = page.timeline.pauses.empty()
                                 ? ""
                                 : fmt::format("{} left out", count_of(page.timeline.pauses.size(), "pause"));
  out += tile("Took", format_duration(page.timeline.taken()), pauses);
  if (!page.timeline.slowest.empty()) {
    const ServiceTimeline* longest = nullptr;
    std::size_t which = 0;
    const auto length = [&](const ServiceTimeline& one) {
      return page.timeline.since_began(*one.ended) - page.timeline.since_began(*one.began);
    };
    for (const std::size_t one : page.timeline.slowest) {
      const ServiceTimeline& timeline = page.timeline.services[one];
      if (!timeline.began || !timeline.ended || (longest != nullptr && length(timeline) <= length(*longest)))
        continue;
      longest = &timeline;
      which = one;
    }
    if (longest != nullptr)
      out += tile("Longest on the way", format_duration(length(*longest)), page.name(which));
  }
  if (page.timeline.waited() > Duration{0})
    out += tile("Held back", format_duration(page.timeline.waited()), "by limits and retries", "busy");
  return out + "</dl>";
}

std::string option(std::string_view value, std::string_view words, std::size_t count) {
  return fmt::format(R"(<option value="{}">{} ({})</option>)", value, words, count);
}

std::string kind_words(std::string_view kind) {
  std::string words(kind);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace

std::string header(const Page& page) {
  const Report& report = page.report;
  const plan::Plan& plan = page.plan();
  const Verdict verdict = verdict_of(report);
  std::string out = fmt::format(
      R"(<header><p class="brand">envlink report</p><div class="title"><h1>Run {} on {}</h1><span class="badge {}">{}</span></div>)",
      report.run, html::text(plan.owner.name), html::class_of(verdict.colour), verdict.words);
  out += tiles(page);
  out += "<dl class=\"facts\">";
  out += fact("Began", when(report.began));
  if (report.ended) out += fact("Ended", when(*report.ended));
  out += fact("By", html::text(report.user + " on " + report.host));
  out += fact("File", html::text(plan.file));
  out += fact("Workspace", "<code>" + html::text(plan.owner.id.text()) + "</code>");
  out +=
      fact("Exit code", report.outcome ? fmt::format("{}", exit_code(*report.outcome)) : "none: unfinished");
  if (plan.undoes != 0) out += fact("Rolls back", fmt::format("run {}", plan.undoes));
  if (report.undone_by) out += fact("Rolled back by", fmt::format("run {}", *report.undone_by));
  for (const Pause& pause : page.timeline.pauses)
    out +=
        fact("Resumed", fmt::format("{}, after {}", when(pause.to), format_duration(pause.to - pause.from)));
  out += "</dl></header>\n";
  return out;
}

std::string failures(const Page& page) {
  std::string out;
  for (const std::size_t service : page.board.failed()) {
    const engine::ServiceProgress& told = page.timeline.progress.services[service];
    const ServiceLabel state = page.state(service);
    out += fmt::format(
        R"(<article class="card trouble{}"><h3>{}<a href="#s{}">{}</a> <span class="{}">{}</span></h3>)",
        state.colour == Colour::bad ? " failed" : "", html::icon(state.mark, state.colour), service,
        page.name(service), html::class_of(state.colour), html::text(ending_words(told, page.style)));
    const std::string why = failure_reason(told);
    if (!why.empty()) out += "<p>" + html::text(why, 2000) + "</p>";
    if (!told.log.empty()) {
      out += R"(<h4>The last lines of its log</h4><pre class="log" tabindex="0">)";
      for (const std::string& line : told.log) out += html::text(line, 400) + "\n";
      out += "</pre>";
    }
    const std::string& cure = failure_cure(told);
    if (!cure.empty()) out += "<p class=\"soft\">→ " + html::text(cure, 1000) + "</p>";
    out += "</article>\n";
  }
  if (!out.empty())
    out = R"(<section aria-labelledby="h-failed"><h2 id="h-failed">What failed</h2>)" + out + "</section>\n";
  const auto left = left_of(page.report, page.timeline);
  if (left.empty()) return out;
  out += R"(<section aria-labelledby="h-left"><h2 id="h-left">What is left</h2><ul class="card plain">)";
  for (const std::string& one : left) out += "<li>" + html::text(one, 2000) + "</li>";
  return out + "</ul></section>\n";
}

std::string filter(const Page& page) {
  std::map<std::string_view, std::size_t> states;
  for (const std::size_t service : page.board.concerned()) ++states[page.state_word(service)];
  std::map<std::size_t, std::pair<std::string_view, std::size_t>> kinds;  // in the order of their declaration
  for (const engine::Event& event : page.report.events) {
    auto& [kind, count] = kinds[event.what.index()];
    kind = kind_of(event);
    ++count;
  }
  std::string out =
      R"(<form id="filter" role="search" aria-label="Filter" hidden><label>Service or group<input type="search" id="word" placeholder="part of a name" autocomplete="off" spellcheck="false"></label>)"
      R"(<label>State<select id="state"><option value="">all states</option>)";
  for (const auto& [word, count] : states) out += option(word, word, count);
  out += R"(</select></label><label>Events<select id="kind"><option value="">all kinds</option>)";
  for (const auto& [index, kind] : kinds) out += option(kind.first, kind_words(kind.first), kind.second);
  out +=
      R"(</select></label><label class="check"><input type="checkbox" id="steps">every step</label>)"
      R"(<button type="button" id="clear">Clear</button><span id="count" role="status" class="soft"></span></form>)"
      "\n";
  return out;
}

}  // namespace envlink::view::page
