#include "view/report.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/event_json.h"
#include "view/json_parts.h"
#include "view/layout.h"
#include "view/only_text.h"
#include "view/rollout_status.h"
#include "view/rollout_summary.h"
#include "view/run_timeline.h"

namespace envlink::view {
namespace {

constexpr std::size_t most_names = 8;

std::vector<std::string> ways_on(const Report& report, const RunTimeline& timeline) {
  const plan::Plan& plan = report.plan;
  if (report.undone_by) return {fmt::format("Run {} rolled it back.", *report.undone_by)};
  if (!report.newest) return {"Later runs changed this workspace: envlink plan shows what is left now."};
  if (timeline.progress.unfinished() || !report.outcome) {
    std::vector<std::string> ways = {"Finish it: envlink resume"};
    if (plan.undoes == 0) ways.push_back(fmt::format("Undo it: envlink rollback {}", report.run));
    return ways;
  }
  if (is_success(*report.outcome)) return {};
  return {"Next: envlink plan"};
}

constexpr std::ptrdiff_t most_in_a_chain = 8;

class Text {
 public:
  Text(const Report& report, const Style& style)
      : report_(report),
        style_(style),
        timeline_(timeline_of(report)),
        board_(report.plan, timeline_.progress, style) {}

  std::string whole() {
    head();
    services();
    failures();
    const auto left = left_of(report_, timeline_);
    if (!left.empty()) out_ += heading("What is left", style_);
    for (const std::string& one : left) add(one);
    return std::move(out_);
  }

 private:
  void add(const std::string& text) { out_ += hanging("  ", 2, safe(text, style_, 2000), style_); }

  void head() {
    const plan::Plan& plan = report_.plan;
    const Verdict verdict = verdict_of(report_);
    std::string first = fmt::format("{}Run {} on {}: {}", lead_sign(verdict.look.mark, style_), report_.run,
                                    safe(plan.owner.name, style_), verdict.words);
    first += (report_.outcome ? " after " : ", known are ") + format_duration(timeline_.taken());
    out_ += folded(first + ".", style_, verdict.look.colour);
    add(fmt::format("Started by {} on {} at {}{}", safe(report_.user, style_), safe(report_.host, style_),
                    day_and_time(report_.began),
                    plan.file.empty() ? "" : ", from " + safe(plan.file, style_)));
    if (plan.undoes != 0) add(fmt::format("It rolls back run {}", plan.undoes));
    if (const std::string only = only_text(plan, false); !only.empty()) add(only);
    for (const Pause& pause : timeline_.pauses)
      add(fmt::format("Resumed at {}, {} after it stopped", day_and_time(pause.to),
                      format_duration(pause.to - pause.from)));
    if (!timeline_.progress.made.empty())
      add(fmt::format("It created the group {}, {}", safe(plan.new_group->name, style_),
                      safe(timeline_.progress.made.text(), style_)));
    if (!plan.values.empty()) {
      std::vector<std::string> keys;
      for (const plan::ValueChange& value : plan.values) keys.push_back(safe(value.key, style_));
      add(fmt::format("{} of {} confirmed: {}", timeline_.progress.values_read_back(),
                      count_of(plan.values.size(), "value"), join_and(keys, most_in_a_chain)));
    }
    std::vector<std::string> parts;
    if (!plan.links.empty())
      parts.push_back(
          fmt::format("{} of {} confirmed", board_.links_proved(), count_of(plan.links.size(), "link")));
    if (board_.redeploying() > 0)
      parts.push_back(fmt::format("{} of {} live", board_.live(), count_of(board_.redeploying(), "service")));
    if (!parts.empty()) add(join(parts, ", "));
    if (timeline_.waited() > Duration{0})
      add(fmt::format("Waited {} for limits, retries and late readings",
                      format_duration(timeline_.waited())));
    if (!timeline_.slowest.empty()) {
      std::vector<std::string> names = names_of(plan, timeline_.slowest, style_);
      if (std::ssize(names) > most_in_a_chain) {
        const auto from = names.begin() + most_in_a_chain / 2;
        const auto to = names.end() - most_in_a_chain / 2;
        const std::string between = fmt::format("{} more", to - from);
        names.insert(names.erase(from, to), between);
      }
      add(fmt::format("Slowest path: {}", join(names, fmt::format(" {} ", sign(Symbol::arrow, style_)))));
    }
  }

  void services() {
    constexpr std::size_t widest_name = 32;
    const auto name_of = [&](std::size_t one) { return safe(report_.plan.services[one].name, style_); };
    const auto state_of = [&](std::size_t one) { return board_.state(one, timeline_.ended).words; };
    const std::size_t names = column_width(board_.concerned(), widest_name, name_of);
    const std::size_t states = column_width(board_.concerned(), widest_name, state_of);
    int wave = -1;
    for (const std::size_t one : board_.concerned()) {
      const plan::PlannedService& service = report_.plan.services[one];
      if (service.wave != wave) {
        wave = service.wave;
        out_ += heading(
            wave == 0 ? "No deploy" : fmt::format("Wave {} of {}", wave, report_.plan.waves.size()), style_);
      }
      const ServiceLabel state = board_.state(one, timeline_.ended);
      out_ += fmt::format("  {} {}  {}", paint(sign(state.mark, style_), state.colour, style_),
                          pad(cut_inside(safe(service.name, style_), names, style_), names),
                          paint(cut(state.words, states, style_), state.colour, style_));
      const std::size_t before = names + states + display_width(sign(state.mark, style_)) + 7;
      const std::string took =
          stage_words(timeline_.services[one], style_.width > before ? style_.width - before : 0);
      const std::size_t used = display_width(cut(state.words, states, style_));
      if (!took.empty()) out_ += std::string(states - used, ' ') + "  " + paint(took, Colour::quiet, style_);
      out_ += "\n";
    }
  }

  void failures() {
    const std::vector<std::size_t> failed = board_.failed();
    if (!failed.empty()) out_ += heading("What failed", style_);
    for (const std::size_t one : failed) {
      const engine::ServiceProgress& told = timeline_.progress.services[one];
      out_ += fmt::format("  {} {}  {}\n", paint(sign(Symbol::bad, style_), Colour::bad, style_),
                          safe(report_.plan.services[one].name, style_), safe(told.deploy.text(), style_));
      out_ += failure_details(told, 4, true, style_);
    }
  }

  const Report& report_;
  const Style& style_;
  RunTimeline timeline_;
  RolloutStatus board_;
  std::string out_;
};

void write_told_service(json::Writer& out, const Report& report, const RunTimeline& timeline,
                        std::size_t index) {
  const plan::PlannedService& service = report.plan.services[index];
  const ServiceTimeline& told = timeline.services[index];
  write_service(out, report.plan, timeline.progress, index);
  out("type", to_string(service.type));
  out.or_null("because", service.because);
  out("waits_for", named(report.plan, service.waits_for));
  out.or_null("deploy_before", engine::ran_before(report.plan, timeline.progress, index));
  out.or_null("began", told.began);
  out.or_null("ended", told.ended);
  out.list("stages", told.spans, [](json::Writer& stage, const Span& span) {
    stage("stage", span.stage);
    stage("from", span.from);
    stage("seconds", seconds_of(span.to - span.from));
  });
}

}  // namespace

Verdict verdict_of(const Report& report) {
  constexpr Look caution = {Symbol::caution, Colour::caution};
  if (!report.outcome) return {caution, "unfinished"};
  const std::string words(title(*report.outcome));
  if (is_success(*report.outcome)) return {{Symbol::good, Colour::good}, words};
  switch (*report.outcome) {
    case model::Outcome::rolled_back:
    case model::Outcome::timed_out:
    case model::Outcome::interrupted:
      return {caution, words};
    default:
      return {{Symbol::bad, Colour::bad}, words};
  }
}

std::vector<std::string> left_of(const Report& report, const RunTimeline& timeline) {
  const plan::Plan& plan = report.plan;
  const Style style;
  const auto some_of = [&](const std::vector<std::size_t>& services) {
    return join_and(names_of(plan, services, style), most_names);
  };
  const RolloutStatus board(plan, timeline.progress, style);
  std::vector<std::string> left;
  std::vector<std::size_t> running;
  std::vector<std::size_t> never;
  for (const std::size_t service : board.concerned()) {
    const ServiceStatusGroup group = board.group_of(service);
    const bool late = timeline.progress.services[service].outcome == engine::ServiceOutcome::timed_out;
    if (group == ServiceStatusGroup::running || late) running.push_back(service);
    if (group == ServiceStatusGroup::waiting || group == ServiceStatusGroup::not_started)
      never.push_back(service);
  }
  if (!running.empty()) left.push_back(fmt::format("In progress when last seen: {}.", some_of(running)));
  if (!never.empty()) left.push_back(fmt::format("Not started: {}.", some_of(never)));
  if (const auto off = engine::switched_off(plan, timeline.progress); !off.empty())
    left.push_back(fmt::format("Auto-deploy is off: {}.", join_and(off, most_names)));
  if (const auto& group = timeline.progress.group; group && group->phase == engine::WritePhase::failed)
    left.push_back(fmt::format("The group {}: {}.", safe(plan.new_group->name, style),
                               safe(group->trouble, style, 500)));
  for (std::size_t i = 0; i < plan.values.size(); ++i) {
    const engine::WriteProgress& value = timeline.progress.values[i];
    if (value.phase != engine::WritePhase::failed) continue;
    left.push_back(fmt::format("{} of {}: {}.", safe(plan.values[i].key, style),
                               safe(plan.values[i].group_name, style), safe(value.trouble, style, 500)));
  }
  if (board.links_proved() < plan.links.size())
    left.push_back(
        fmt::format("{} not confirmed.", count_of(plan.links.size() - board.links_proved(), "link")));
  for (std::string& way : ways_on(report, timeline)) left.push_back(std::move(way));
  return left;
}

std::string render_report(const Report& report, const Style& style) {
  return Text(report, style).whole();
}

std::string report_json(const Report& report) {
  const plan::Plan& plan = report.plan;
  const RunTimeline timeline = timeline_of(report);
  const Style style;
  const RolloutStatus board(plan, timeline.progress, style);
  return document([&](json::Writer& out) {
    out("run", report.run);
    out("workspace", named(plan.owner));
    out("file", plan.file);
    out("user", report.user);
    out("host", report.host);
    out("began", report.began);
    out.or_null("ended", report.ended);
    write_outcome(out, report.outcome);
    out.or_null("undoes", plan.undoes);
    out.or_null("undone_by", report.undone_by);
    out("seconds", seconds_of(timeline.taken()));
    out("waited_seconds", seconds_of(timeline.waited()));
    out.list("pauses", timeline.pauses, [](json::Writer& one, const Pause& pause) {
      one("from", pause.from);
      one("to", pause.to);
    });
    out("waves", plan.waves.size());
    out("slowest", named(plan, timeline.slowest));
    out.list("services", board.concerned(), [&](json::Writer& one, std::size_t service) {
      write_told_service(one, report, timeline, service);
    });
    write_new_group(out, plan, timeline.progress);
    write_values(out, plan, timeline.progress);
    write_links(out, plan, timeline.progress);
    out.list("findings", plan.findings, write_finding);
    out("left", left_of(report, timeline));
    out("events", report.events);
  });
}

}  // namespace envlink::view
