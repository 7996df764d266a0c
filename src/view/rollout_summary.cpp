#include "view/rollout_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "plan/only.h"
#include "view/layout.h"
#include "view/only_text.h"
#include "view/rollout_status.h"

namespace envlink::view {
namespace {

using engine::Progress;
using engine::ServiceOutcome;
using engine::ServicePhase;
using plan::Plan;

/// "→ what to do", below the problem; empty if there is nothing to do.
std::string cure_below(const std::string& cure, std::size_t indent, const Style& style) {
  if (cure.empty()) return {};
  const std::string arrow = fmt::format("{}{} ", std::string(indent, ' '), sign(Symbol::arrow, style));
  return hanging(arrow, display_width(arrow), safe(cure, style, 2000), style);
}

class Outcome {
 public:
  Outcome(const Plan& plan, const Progress& progress, const Style& style, Ran ran)
      : plan_(plan), progress_(progress), style_(style), ran_(ran), board_(plan, progress, style) {
    for (const auto service : board_.concerned()) sort_in(service);
  }

  std::string text() {
    if (whole()) return success();
    failed_values();
    failed_holds();
    failed_group();
    section("Failed", failed_);
    section("Still running when envlink stopped watching", running_);
    never_started();
    if (!out_.empty()) out_ += "\n";
    headline();
    if (ran_ == Ran::really) next();
    return std::move(out_);
  }

 private:
  void sort_in(std::size_t service) {
    const auto& progress = progress_.services[service];
    switch (board_.group_of(service)) {
      case ServiceStatusGroup::done:
        break;
      case ServiceStatusGroup::running:
        (progress.requested_at ? running_ : never_started_).push_back(service);
        break;
      case ServiceStatusGroup::waiting:
      case ServiceStatusGroup::not_started:
        never_started_.push_back(service);
        break;
      case ServiceStatusGroup::failed:
        (progress.outcome == ServiceOutcome::timed_out ? running_ : failed_).push_back(service);
        break;
    }
  }

  bool whole() const {
    return is_success(progress_.outcome) && progress_.ended_at && progress_.values_proved() &&
           progress_.restored() && board_.links_proved() == plan_.links.size() &&
           board_.live() == board_.redeploying();
  }

  std::string sentence(std::string text, std::string_view preposition,
                       std::span<const std::string> parts) const {
    if (const auto taken = time_taken(progress_))
      text += fmt::format(" {} {}", preposition, format_duration(*taken));
    return text + (parts.empty() ? "." : ": " + join(parts, ", ") + ".");
  }

  std::string success() const {
    std::vector<std::string> parts;
    if (!plan_.values.empty()) parts.push_back(count_of(plan_.values.size(), "value") + " confirmed");
    const auto removed = static_cast<std::size_t>(
        std::ranges::count(plan_.links, plan::LinkAction::remove, &plan::LinkChange::action));
    if (plan_.links.size() > removed)
      parts.push_back(count_of(plan_.links.size() - removed, "link") + " confirmed");
    if (removed > 0) parts.push_back(count_of(removed, "link") + " removed");
    if (board_.redeploying() > 0) parts.push_back(count_of(board_.redeploying(), "service") + " live");
    const auto was_held = [](const engine::ServiceProgress& one) {
      return one.hold.phase == engine::HoldPhase::restored;
    };
    if (std::ranges::any_of(progress_.services, was_held)) parts.emplace_back("auto-deploy back on");
    const auto text = lead_sign(Symbol::good, style_) + (plan_.undoes == 0 ? "Done" : "Rolled back");
    return paint(sentence(text, "in", parts), Colour::good, style_) + "\n" + render_left_out(plan_, style_);
  }

  void headline() {
    std::vector<std::string> parts;
    if (!progress_.values_proved())
      parts.push_back(fmt::format("{} of {} confirmed", progress_.values_read_back(),
                                  count_of(plan_.values.size(), "value")));
    if (!failed_.empty()) parts.push_back(count_of(failed_.size(), "service") + " failed");
    if (!running_.empty()) parts.push_back(fmt::format("{} still running", running_.size()));
    if (!never_started_.empty()) parts.push_back(fmt::format("{} not started", never_started_.size()));
    if (board_.redeploying() > 0)
      parts.push_back(fmt::format("{} of {} live", board_.live(), board_.redeploying()));
    const auto text = lead_sign(Symbol::bad, style_) + (progress_.interrupts > 0 ? "Interrupted" : "Stopped");
    out_ += folded(sentence(text, "after", parts), style_, Colour::bad);
  }

  bool wrote_something() const {
    const auto written = [](const auto& one) { return one.attempts > 0; };
    return std::ranges::any_of(progress_.values, written) || std::ranges::any_of(progress_.links, written) ||
           std::ranges::any_of(progress_.services, written);
  }

  /// Values with the same cause share one entry.
  void failed_values() {
    std::vector<std::pair<const engine::WriteProgress*, std::vector<std::string>>> causes;
    for (std::size_t i = 0; i < plan_.values.size(); ++i) {
      const engine::WriteProgress& value = progress_.values[i];
      if (value.phase != engine::WritePhase::failed) continue;
      const auto cause = std::ranges::find_if(causes, [&](const auto& one) {
        return one.first->trouble == value.trouble && one.first->cure == value.cure;
      });
      const std::string name = fmt::format("{} of {}", safe(plan_.values[i].key, style_),
                                           safe(plan_.values[i].group_name, style_));
      if (cause == causes.end()) {
        causes.push_back({&value, {name}});
      } else {
        cause->second.push_back(name);
      }
    }
    if (causes.empty()) return;
    out_ += heading("Values", style_);
    std::vector<std::string> written;
    for (std::size_t i = 0; i < plan_.values.size(); ++i) {
      const engine::WriteProgress& value = progress_.values[i];
      if (value.phase == engine::WritePhase::proved && value.attempts > 0)
        written.push_back(safe(plan_.values[i].key, style_));
    }
    if (!written.empty()) out_ += hanging("  Written: ", indent(), join_and(written), style_);
    for (const auto& [value, names] : causes) {
      bad(join_and(names));
      out_ += hanging(std::string(indent(), ' '), indent(), safe(value->trouble, style_, 2000), style_);
      out_ += cure_below(value->cure, indent(), style_);
    }
    if (!wrote_something()) out_ += "  Nothing was changed.\n";
  }

  void failed_group() {
    if (!progress_.group || progress_.group->phase != engine::WritePhase::failed) return;
    out_ += heading("Group", style_);
    bad(fmt::format("{}: {}", safe(plan_.new_group->name, style_),
                    safe(progress_.group->trouble, style_, 2000)));
    out_ += cure_below(progress_.group->cure, indent(), style_);
  }

  void failed_holds() {
    std::vector<std::size_t> failed;
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
      if (progress_.services[i].hold.failed) failed.push_back(i);
    }
    if (failed.empty()) return;
    out_ += heading("Auto-deploy", style_);
    for (const std::size_t i : failed) {
      const engine::HoldProgress& hold = progress_.services[i].hold;
      bad(fmt::format("{}: could not be switched {}: {}", safe(plan_.services[i].name, style_),
                      hold.failed == engine::HoldAction::hold ? "off" : "on again",
                      safe(hold.trouble, style_, 2000)));
      out_ += cure_below(hold.cure, indent(), style_);
    }
  }

  void bad(const std::string& words) {
    const std::string mark = fmt::format("  {} ", sign(Symbol::bad, style_));
    out_ += hanging(paint(mark, Colour::bad, style_), indent(), words, style_);
  }

  void section(std::string_view title, const std::vector<std::size_t>& services) {
    if (services.empty()) return;
    out_ += heading(title, style_);
    for (const auto service : services) add_service(service);
  }

  /// Of the lines below a service's name.
  std::size_t indent() const { return 3 + display_width(sign(Symbol::bad, style_)); }

  void add_service(std::size_t index) {
    const auto& progress = progress_.services[index];
    const auto state = board_.state(index, Time{});
    const bool ended = progress.phase == ServicePhase::ended;
    const auto words = ended ? outcome_words(progress, style_)
                       : progress.phase == ServicePhase::watching
                           ? status_words(progress.status, progress.status_text, style_)
                           : state.words;
    out_ += fmt::format("  {} {}  {}", paint(sign(state.mark, style_), state.colour, style_),
                        safe(plan_.services[index].name, style_), paint(words, state.colour, style_));
    if (!progress.deploy.empty())
      out_ += "  " + paint(safe(progress.deploy.text(), style_), Colour::quiet, style_);
    out_ += "\n";
    out_ += failure_details(progress, indent(), ran_ == Ran::really, style_);
  }

  void never_started() {
    if (never_started_.empty()) return;
    out_ += heading("Not started", style_);
    const bool told =
        !progress_.values_proved() ||
        std::ranges::any_of(progress_.services, [](const auto& one) { return one.hold.failed.has_value(); });
    std::vector<std::pair<std::string, std::vector<std::size_t>>> reasons;
    for (const std::size_t service : never_started_) {
      const std::string reason = told ? std::string() : progress_.services[service].reason;
      const auto same = std::ranges::find(reasons, reason, [](const auto& one) { return one.first; });
      if (same == reasons.end()) {
        reasons.push_back({reason, {service}});
      } else {
        same->second.push_back(service);
      }
    }
    for (const auto& [reason, services] : reasons) {
      out_ += hanging("  ", 2, join_and(names_of(plan_, services, style_)), style_);
      if (!reason.empty()) out_ += hanging("    ", 4, safe(reason, style_, 1000), style_, Colour::quiet);
    }
  }

  void next() {
    std::string file;
    if (!plan_.file.empty() && plan_.file != "envlink.yaml")
      file = " -f " + shell_word(safe(plan_.file, style_));
    if (!wrote_something() && !progress_.values_proved() && !progress_.unfinished()) return;
    // The file does not describe the group of this run, so apply would not create it.
    const bool made_nothing = progress_.group && progress_.made.empty() && !progress_.unfinished();
    if (made_nothing) return;
    out_ += heading("Next", style_);
    if (plan_.rollout.on_failure == model::OnFailure::rollback && plan_.undoes == 0 && progress_.failed() &&
        !progress_.work_left()) {
      out_ += "  This run is being rolled back, as the file says\n";
      return;
    }
    std::vector<std::pair<std::string, std::string_view>> commands;
    const auto add = [&](std::string_view command, std::string_view what) {
      const bool reads_file = command != "resume" && command != "rollback";
      const bool plans = command == "plan" || command == "apply";
      commands.emplace_back(fmt::format("envlink {}{}{}", command, reads_file ? file : "",
                                        plans ? plan::only_flags(plan_) : ""),
                            what);
    };
    if (progress_.unfinished()) {
      add("resume", "finishes this run");
      if (plan_.undoes == 0) add("rollback", "undoes what it did");
    } else if (plan_.new_group || (!plan_.values.empty() && !progress_.values_proved())) {
      if (plan_.undoes == 0) add("rollback", "undoes what this run did");
    } else {
      if (!running_.empty()) add("verify", "shows whether what was still running went live");
      add("plan", "shows what is left to do");
      add("apply", failed_.empty() ? "continues from here" : "continues after you fix the cause");
      if (plan_.undoes == 0) add("rollback", "undoes what this run did");
    }
    const std::size_t widest = column_width(commands, 200, [](const auto& one) { return one.first; });
    const bool narrow = std::ranges::any_of(
        commands, [&](const auto& one) { return widest + 4 + one.second.size() > style_.width; });
    for (const auto& [command, what] : commands) {
      const auto shown = narrow ? paint(command, Colour::strong, style_) + "\n   "
                                : paint(pad(command, widest), Colour::strong, style_);
      out_ += fmt::format("  {}  {}\n", shown, what);
    }
  }

  const Plan& plan_;
  const Progress& progress_;
  const Style& style_;
  const Ran ran_;
  RolloutStatus board_;
  std::vector<std::size_t> failed_;
  std::vector<std::size_t> running_;
  std::vector<std::size_t> never_started_;
  std::string out_;
};

}  // namespace

std::vector<std::string> failure_lines(const plan::Plan& plan, const engine::Progress& progress,
                                       const engine::Event& event, const Style& style) {
  const auto* told = event.as<engine::FailureTold>();
  if (told == nullptr && !event.is<engine::ServiceEnded>()) return {};
  const engine::EventService& which = *engine::service_of(event);
  const auto& service = progress.services[which.position];
  if (succeeded(service.outcome) || service.outcome == ServiceOutcome::not_started) return {};
  const ServiceLabel state = RolloutStatus(plan, progress, style).state(which.position, event.at);
  const std::size_t indent = display_width(sign(state.mark, style)) + 1;
  std::string words =
      told != nullptr ? safe(told->told_by_render, style, 500) : outcome_words(service, style);
  if (words.empty()) return {};
  if (told == nullptr) {
    const auto taken = time_taken(service);
    if (taken && service.outcome != ServiceOutcome::timed_out) words += " after " + format_duration(*taken);
    // The status of a deploy says enough. Without a deploy the reason is needed.
    const bool says_enough = !service.deploy.empty() && service.outcome != ServiceOutcome::unsettled;
    if (!says_enough && !service.reason.empty()) words += ": " + safe(service.reason, style, 500);
  }
  if (style.width <= indent) return {};
  const std::string mark =
      told != nullptr ? std::string(indent, ' ') : paint(sign(state.mark, style), state.colour, style) + " ";
  std::vector<std::string> lines;
  for (const std::string& line : fold(safe(which.name, style) + ": " + words, indent, style))
    lines.push_back((lines.empty() ? mark : std::string(indent, ' ')) +
                    cut(line, style.width - indent, style));
  return lines;
}

std::string failure_details(const engine::ServiceProgress& service, std::size_t indent, bool log,
                            const Style& style) {
  const std::string margin(indent, ' ');
  const std::string why = failure_reason(service);
  const std::string& cure = failure_cure(service);
  std::string out;
  if (!why.empty()) out += hanging(margin, indent, safe(why, style, 2000), style);
  if (log) {
    for (const auto& line : service.log)
      out += fmt::format("{}{} {}\n", margin, paint(log_bar(style), Colour::quiet, style),
                         safe(line, style, 400));
  }
  return out + cure_below(cure, indent, style);
}

std::string render_rollout_summary(const Plan& plan, const Progress& progress, const Style& style, Ran ran) {
  return Outcome(plan, progress, style, ran).text();
}

}  // namespace envlink::view
