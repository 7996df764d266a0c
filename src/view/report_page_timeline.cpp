// The services over time: one row each, with details that can be unfolded.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"
#include "view/report_page.h"
#include "view/run_timeline.h"

namespace envlink::view::page {
namespace {

constexpr std::size_t most_ticks = 6;

/// Percent with as many digits as a screen can show.
std::string percent(double value) {
  return fmt::format("{:.2f}%", value);
}

std::string bar_piece(const TimeScale& scale, const Page& page, Time from, Time to, std::string_view kind,
                      std::string_view words) {
  const double x = scale.at(from);
  return fmt::format(
      R"(<rect class="{}" x="{}" width="{}" y="4" height="12"><title>{} {}, from {}</title></rect>)", kind,
      percent(x), percent(std::max(0.15, scale.at(to) - x)), words, format_duration(to - from),
      page.since(from));
}

class Timeline {
 public:
  explicit Timeline(const Page& page) : page_(page), scale_(page.timeline) {}

  std::string text() {
    out_ =
        R"(<section aria-labelledby="h-time"><div class="title"><h2 id="h-time">Services over time</h2>)"
        R"(<button type="button" class="quiet" id="open" hidden>Open all</button></div><div class="card lanes">)";
    axis();
    if (!page_.timeline.waits.empty()) waits();
    int wave = -1;
    for (const std::size_t service : page_.board.concerned()) {
      const int its = page_.plan().services[service].wave;
      if (its != wave) {
        if (wave >= 0) out_ += "</div>\n";
        heading(its);
        wave = its;
      }
      lane(service);
    }
    if (wave >= 0) out_ += "</div>\n";
    out_ += "</div>";
    legend();
    out_ += "</section>\n";
    return std::move(out_);
  }

 private:
  void axis() {
    std::string grid;
    std::string labels;
    for (const TimeScale::Tick& tick : scale_.ticks(most_ticks)) {
      grid += fmt::format(R"(<line x1="{0}" x2="{0}" y1="0" y2="100%"/>)", percent(tick.at));
      const auto* anchor = tick.at < 4 ? "start" : tick.at > 96 ? "end" : "middle";
      labels += fmt::format(R"(<text x="{}" y="12" text-anchor="{}">{}</text>)", percent(tick.at), anchor,
                            tick.since == Duration{0} ? "0" : format_duration(tick.since));
    }
    for (const Pause& pause : page_.timeline.pauses) {
      const double from = scale_.at(pause.from);
      grid += fmt::format(R"(<rect class="pause" x="{}" width="{}" y="0" height="100%"/>)", percent(from),
                          percent(scale_.at(pause.to) - from));
    }
    out_ += fmt::format(
        R"(<div class="lane axis" aria-hidden="true"><span class="row"><span></span><span></span><svg class="bar"><defs><g id="grid">{}</g></defs>{}</svg></span></div>)"
        "\n",
        grid, labels);
  }

  void waits() {
    out_ +=
        R"(<div class="lane"><span class="row"><span class="who">Held back</span><span class="how busy">)";
    out_ += fmt::format("{} in all</span>", format_duration(page_.timeline.waited()));
    out_ +=
        R"(<svg class="bar" role="img" aria-label="When limits, retries and readings that lag held the run back"><use href="#grid"/>)";
    for (const Wait& wait : page_.timeline.waits)
      out_ += bar_piece(scale_, page_, wait.from, wait.to, "held", html::text(wait.text));
    out_ += "</svg></span></div>\n";
  }

  void heading(int wave) {
    std::optional<Time> from;
    std::optional<Time> to;
    for (const std::size_t one : page_.board.concerned()) {
      const ServiceTimeline& timeline = page_.timeline.services[one];
      if (page_.plan().services[one].wave != wave || !timeline.began) continue;
      from = std::min(from.value_or(*timeline.began), *timeline.began);
      const Time end = timeline.ended.value_or(page_.timeline.ended);
      to = std::max(to.value_or(end), end);
    }
    out_ += R"(<div class="wave"><h3>)" + (wave == 0 ? "No deploy" : fmt::format("Wave {}", wave));
    const std::string begin = from && *from > page_.timeline.began ? page_.since(*from) : "0";
    out_ += " " + html::soft(from ? begin + " to " + page_.since(*to) : "not reached") + "</h3>\n";
  }

  void lane(std::size_t index) {
    const ServiceTimeline& timeline = page_.timeline.services[index];
    const ServiceLabel state = page_.state(index);
    const bool failed = page_.board.group_of(index) == ServiceStatusGroup::failed;
    const bool full = failed || page_.board.concerned().size() <= most_services_in_full;
    const std::string name = page_.name(index);
    const std::string words = html::text(page_.state_words(index));
    out_ += fmt::format(
        R"(<details class="lane" id="s{}" data-s="{}" data-name="{}" data-state="{}"><summary class="row"><span class="who">{}<span>{}</span></span><span class="how {}">{}</span>)",
        index, index, name, page_.state_word(index), html::icon(state.mark, state.colour), name,
        html::class_of(state.colour), words);
    bar(index, words);
    out_ += "</summary>";
    if (full) more(index);
    if (!full && !timeline.spans.empty()) out_ += "<p class=\"more soft\">" + stage_words(timeline) + "</p>";
    out_ += "</details>\n";
  }

  void bar(std::size_t index, const std::string& words) {
    const ServiceTimeline& timeline = page_.timeline.services[index];
    const ServiceLabel state = page_.state(index);
    const std::string stages = stage_words(timeline);
    out_ += fmt::format(R"(<svg class="bar" role="img" aria-label="{}"><use href="#grid"/>)",
                        stages.empty() ? words : stages);
    if (timeline.began && *timeline.began > page_.timeline.began) {
      out_ += fmt::format(R"(<line class="wait" x1="0" x2="{}" y1="10" y2="10"/>)",
                          percent(scale_.at(*timeline.began)));
    }
    for (const Span& span : timeline.spans)
      out_ += bar_piece(scale_, page_, span.from, span.to, word(span.stage), phrase_of(span.stage));
    if (timeline.ended) {
      const double x = std::min(scale_.at(*timeline.ended), 99.4);
      out_ += fmt::format(
          R"(<rect class="end {}" x="{}" width="3" y="1" height="18"><title>{}, at {}</title></rect>)",
          html::class_of(state.colour), percent(x), words, page_.since(*timeline.ended));
    }
    out_ += "</svg>";
  }

  void more(std::size_t index) {
    const plan::PlannedService& service = page_.plan().services[index];
    const engine::ServiceProgress& progress = page_.timeline.progress.services[index];
    const ServiceTimeline& timeline = page_.timeline.services[index];
    const auto row = [this](std::string_view term, const std::string& html) {
      out_ += html::fact(term, html);
    };
    out_ += "<div class=\"more\"><dl>";
    row("Id", html::code(service.id.text()));
    row("Type", spaced(to_string(service.type)));
    row("Why", html::text(service.because, 500));
    const std::string why = html::text(service.rebuild_because, 500);
    if (service.redeploys() && service.rollback_to.empty())
      row("Build", (service.rebuild ? "a new one" : "the last one again") + (why.empty() ? why : ": " + why));
    row("After", html::text(join_and(names_of(page_.plan(), service.waits_for, page_.style)), 2000));
    if (timeline.began) row("Began", page_.since(*timeline.began));
    row("Time", stage_words(timeline));
    row("Deploy", html::code(progress.deploy.text()));
    row("Found", html::text(progress.how, 500));
    row("Ran before", html::code(engine::ran_before(page_.plan(), page_.timeline.progress, index).text()));
    row("Usual", service.median_duration ? format_duration(*service.median_duration) : "");
    row("Reason", html::text(progress.reason, 1000));
    row("Render says", html::text(progress.told_reason, 1000));
    row("What to do", html::text(progress.cure, 1000));
    out_ += "</dl></div>";
  }

  void legend() {
    std::vector<bool> used(stages);
    for (const ServiceTimeline& timeline : page_.timeline.services) {
      for (const Span& span : timeline.spans) used[static_cast<std::size_t>(span.stage)] = true;
    }
    out_ += "<p class=\"legend note\">";
    const auto key = [&](std::string_view kind, std::string_view words) {
      out_ += fmt::format(
          R"(<span><svg width="14" height="10" aria-hidden="true"><rect class="{}" width="14" height="10" rx="2"/></svg>{}</span>)",
          kind, words);
    };
    for (std::size_t i = 0; i < stages; ++i) {
      if (used[i]) key(word(static_cast<Stage>(i)), phrase_of(static_cast<Stage>(i)));
    }
    if (!page_.timeline.waits.empty()) key("held", "waiting for a limit, a retry or a late reading");
    if (!page_.timeline.pauses.empty()) key("pause", "no process was running");
    out_ +=
        "</p><p class=\"note\">A stage begins when envlink first saw it; polls without news are "
        "not in the journal.</p>";
  }

  const Page& page_;
  TimeScale scale_;
  std::string out_;
};

}  // namespace

std::string timeline(const Page& page) {
  return page.board.concerned().empty() ? std::string() : Timeline(page).text();
}

}  // namespace envlink::view::page
