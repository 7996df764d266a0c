#include "cli/run_frontend.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "base/text.h"
#include "cli/agreement.h"
#include "cli/github.h"
#include "cli/output.h"
#include "engine/ports.h"
#include "http/system_clock.h"
#include "view/json.h"
#include "view/layout.h"
#include "view/links.h"
#include "view/no_services.h"
#include "view/plan_brief.h"
#include "view/plan_text.h"
#include "view/reading_line.h"
#include "view/rollout_summary.h"
#include "view/terminal.h"
#include "view/verification_text.h"

namespace envlink::cli {

namespace {

/// Logs why the reading waits: a rate limit, a retry.
class ReadingLog final : public engine::NullObserver {
 public:
  explicit ReadingLog(const engine::WorkspaceReader& reader) : reader_(reader) {}
  void notice(const engine::Event& event) override {
    const auto* waiting = event.as<engine::Waiting>();
    if (waiting != nullptr) write(Stream::talk, view::reading_line(reader_.answered(), waiting->why));
  }

 private:
  const engine::WorkspaceReader& reader_;
};

/// A line with a counter, which disappears when the reading ends. A short reading has none.
class ReadingCounter final : public engine::NullObserver {
 public:
  explicit ReadingCounter(const engine::WorkspaceReader& reader) : reader_(reader) {}
  ~ReadingCounter() override {
    if (shown_) paint({});
  }
  void notice(const engine::Event& event) override {
    const auto* waiting = event.as<engine::Waiting>();
    why_ = waiting != nullptr ? waiting->why : std::string();
    until_ = waiting != nullptr ? event.at + std::chrono::seconds(waiting->seconds) : event.at;
  }
  std::optional<Time> repaint(Time now) override {
    if (!began_) began_ = now;
    const Time first = *began_ + std::chrono::seconds(1);
    if (now < first) return first;
    view::Style style;
    style.width = view::terminal_size(fileno(stderr)).columns;
    const std::string line = view::reading_line(reader_.answered(), now < until_ ? why_ : std::string());
    paint(view::cut(line, style.width > 0 ? style.width - 1 : 0, style));
    shown_ = true;
    return now + std::chrono::milliseconds(500);
  }

 private:
  static void paint(const std::string& line) {
    fmt::print(stderr, "\r\x1b[K{}", line);
    std::fflush(stderr);
  }

  const engine::WorkspaceReader& reader_;
  std::optional<Time> began_;
  std::string why_;
  Time until_{};
  bool shown_ = false;
};

/// Also writes each event to stdout.
class StreamingObserver final : public engine::Observer {
 public:
  StreamingObserver(std::int64_t run, std::unique_ptr<engine::Observer> inner)
      : run_(run), inner_(std::move(inner)) {}
  void notice(const engine::Event& event) override {
    write(Stream::result, view::event_line(run_, event));
    inner_->notice(event);
  }
  std::optional<Time> repaint(Time now) override { return inner_->repaint(now); }

 private:
  std::int64_t run_;
  std::unique_ptr<engine::Observer> inner_;
};

std::string_view text_of(run::Question question) {
  switch (question) {
    case run::Question::apply:
      return "Apply?";
    case run::Question::resume:
      return "Resume it?";
    case run::Question::roll_back:
      return "Roll back?";
    case run::Question::link:
      return "Link?";
    case run::Question::unlink:
      return "Unlink?";
    case run::Question::show_log:
      return "Every value that Render holds now is masked. A value that was replaced after\n"
             "the deploy began cannot be masked, because Render no longer shows it.\n"
             "Show the log?";
  }
  return "Continue?";
}

/// "Nothing was …", where the answer is not yes.
std::string_view left_undone(run::Question question) {
  return question == run::Question::show_log ? "shown" : "changed";
}

std::string why_unfinished(const run::StoredRun& run, bool locked) {
  if (run.open() && run.progress.ended_at) return "its rollback did not finish";
  if (!run.open() && !run.progress.restored()) return "auto-deploy is still off";
  if (run.open()) return locked ? "it was interrupted" : "it was interrupted, or is running now";
  switch (*run.summary.outcome) {
    case Outcome::interrupted:
      return "it was interrupted";
    case Outcome::timed_out:
      return "deploys were still running at the timeout";
    case Outcome::authentication:
      return "Render refused the key";
    default:
      return "Render could not be reached, or the outcome of a request is unknown";
  }
}

struct Counts {
  std::size_t proved = 0;
  std::size_t unknown_links = 0;
  std::size_t unknown_deploys = 0;
  std::size_t redeploying = 0;
  std::size_t live = 0;
  std::vector<std::string> under_way;
  std::vector<std::string> failed;
};

Counts counts_of(const run::StoredRun& run) {
  using engine::ServicePhase;
  Counts counts;
  for (const engine::WriteProgress& link : run.progress.links) {
    if (link.phase == engine::WritePhase::proved) ++counts.proved;
    if (link.phase == engine::WritePhase::sent) ++counts.unknown_links;
  }
  for (std::size_t i = 0; i < run.plan.services.size(); ++i) {
    const engine::ServiceProgress& one = run.progress.services[i];
    const plan::PlannedService& service = run.plan.services[i];
    if (!service.redeploys()) continue;
    ++counts.redeploying;
    if (succeeded(one.outcome)) ++counts.live;
    if (one.outcome == engine::ServiceOutcome::failed || one.outcome == engine::ServiceOutcome::canceled)
      counts.failed.push_back(clean(service.name));
    const bool asked = one.phase == ServicePhase::requesting || one.phase == ServicePhase::settling;
    const bool watched = one.phase == ServicePhase::watching || one.phase == ServicePhase::checking;
    const bool given_up =
        one.outcome == engine::ServiceOutcome::timed_out || one.outcome == engine::ServiceOutcome::unsettled;
    if (asked || (given_up && one.deploy.empty() && one.attempts > 0)) ++counts.unknown_deploys;
    if (watched || (given_up && !one.deploy.empty()))
      counts.under_way.push_back(fmt::format("{} ({})", clean(service.name), clean(one.deploy.text())));
  }
  return counts;
}

/// "Run 7 on toolboxai is unfinished: …": what the run did, in a few lines.
std::string summarize(const run::StoredRun& run, bool locked) {
  const Counts counts = counts_of(run);
  std::string text =
      fmt::format("Run {} on {} is unfinished: {}. Started by {} on {} at {}.", run.number(),
                  clean(run.plan.owner.name), why_unfinished(run, locked), clean(run.summary.user),
                  clean(run.summary.host), view::day_and_time(run.summary.began));
  if (run.plan.undoes != 0) text += fmt::format("\n  It rolls back run {}.", run.plan.undoes);
  if (!run.plan.values.empty()) {
    text += fmt::format("\n  {} of {} confirmed", run.progress.values_read_back(),
                        count_of(run.plan.values.size(), "value"));
  }
  if (!run.plan.links.empty())
    text += fmt::format("\n  {} of {} confirmed", counts.proved, count_of(run.plan.links.size(), "link"));
  if (counts.unknown_links > 0) text += fmt::format(", outcome of {} unknown", counts.unknown_links);
  if (counts.redeploying > 0)
    text += fmt::format("\n  {} of {} live", counts.live, count_of(counts.redeploying, "service"));
  if (counts.unknown_deploys > 0)
    text += fmt::format(", outcome of {} unknown",
                        count_of(counts.unknown_deploys, "deploy request", "deploy requests"));
  if (const auto off = engine::switched_off(run.plan, run.progress); !off.empty())
    text += "\n  Auto-deploy is off: " + join_and(off);
  if (!counts.failed.empty()) text += "\n  Failed: " + join_and(counts.failed);
  if (!counts.under_way.empty())
    text += "\n  In progress when it stopped:\n    " + join(counts.under_way, "\n    ");
  return text;
}

}  // namespace

void RunFrontend::answer_for(std::string_view command) {
  answers_ = true;
  account_.command = command;
  if (options_.output == Output::jsonl)
    write(Stream::result, view::stream_head(account_.command, ENVLINK_VERSION));
}

Outcome RunFrontend::finish(Outcome outcome) {
  account_.outcome = outcome;
  if (options_.output == Output::json) write(Stream::result, view::run_account_json(account_));
  if (options_.output == Output::jsonl) write(Stream::result, view::outcome_line(account_));
  return outcome;
}

std::unique_ptr<engine::Observer> RunFrontend::watch_reading(const engine::WorkspaceReader& reader) {
  if (options_.quiet) return std::make_unique<engine::NullObserver>();
  if (can_paint(Stream::talk)) return std::make_unique<ReadingCounter>(reader);
  return std::make_unique<ReadingLog>(reader);
}

void RunFrontend::show_plan(const plan::Plan& plan) {
  account_.workspace = plan.owner;
  const bool question = !plan.empty() && !options_.yes;
  if (!options_.quiet || question || plan.refused()) {
    const view::Style style = style_for(Stream::talk, options_);
    std::string text =
        options_.verbose ? view::render_plan(plan, style) : view::render_plan_brief(plan, style);
    if (account_.command == "apply" && view::names_no_service(plan))
      text = view::render_no_services(plan, style);
    // A refused plan is the important part of the log, so it is not folded.
    if (plan.refused() || plan.undoes != 0) {
      write(Stream::talk, text);
    } else {
      github::write_folded("Plan", text);
    }
  }
  if (plan.undoes == 0) github::tell(plan);
}

Result<void> RunFrontend::confirm(run::Question question) {
  return agreement(options_, text_of(question), left_undone(question));
}

std::unique_ptr<engine::Observer> RunFrontend::watch(std::int64_t run, const engine::Rollout& rollout) {
  const bool streams = answers_ && options_.output == Output::jsonl;
  std::unique_ptr<engine::Observer> observer;
  if (options_.quiet || (streams && is_terminal(Stream::result))) {
    observer = std::make_unique<engine::NullObserver>();
  } else {
    const view::Style style = style_for(Stream::talk, options_);
    const view::Log log = github::here() ? view::Log::github : view::Log::plain;
    observer = can_paint(Stream::talk)
                   ? view::live_view(rollout.plan(), rollout.progress(), rollout.budget(), style)
                   : view::log_view(rollout.plan(), rollout.progress(), style, view::standard_error, log);
  }
  if (!streams) return observer;
  return std::make_unique<StreamingObserver>(run, std::move(observer));
}

void RunFrontend::rolled_out(std::int64_t run, const engine::Rollout& rollout, run::RunEnd end) {
  account_.runs.push_back({run, rollout.plan(), rollout.progress()});
  if (end == run::RunEnd::broken_off) return;
  github::tell(rollout.plan(), rollout.progress());
  if (end == run::RunEnd::to_be_proved) return;
  const bool done = rollout.outcome() == Outcome::done;
  const Stream stream = done && options_.output == Output::text ? Stream::result : Stream::talk;
  if (done && options_.quiet && stream == Stream::talk) return;
  const view::Style style = style_for(stream, options_);
  write(stream, view::linked(view::render_rollout_summary(rollout.plan(), rollout.progress(), style), style));
}

void RunFrontend::show_verification(const plan::Verification& verification) {
  account_.verification = verification;
  github::tell(verification);
  const Stream stream = options_.output == Output::text ? Stream::result : Stream::talk;
  const view::Style style = style_for(stream, options_);
  if (stream == Stream::result && (!verification.passed() || options_.verbose))
    write(stream,
          view::render_verification(verification, http::SystemClock().now(), style, options_.verbose));
  if (!verification.passed() || (stream == Stream::talk && options_.quiet)) return;
  const view::ToldRun& run = account_.runs.back();
  write(stream, view::journal_warning(verification.journal_unreadable, style) +
                    view::render_rollout_summary(run.plan, run.progress, style));
}

void RunFrontend::show_reads(const engine::ReadCounts& reads) {
  if (!options_.verbose) return;
  std::vector<std::string> parts;
  const auto add = [&](std::size_t number, std::string_view one, std::string_view several) {
    if (number > 0) parts.push_back(count_of(number, one, several));
  };
  add(reads.deploys, "deploy", "deploys");
  add(reads.groups + reads.group_reads, "group", "groups");
  add(reads.services + reads.unlisted, "service", "services");
  add(reads.variables, "variable", "variables");
  add(reads.secret_files, "secret file", "secret files");
  add(reads.environments, "environment", "environments");
  add(reads.owners, "workspace", "workspaces");
  add(reads.repeated, "repeated", "repeated");
  write(Stream::talk,
        fmt::format("{}: {}", count_of(reads.total(), "read request", "read requests"), join(parts, ", ")));
}

void RunFrontend::show_unfinished(const run::StoredRun& run, std::string_view next) {
  write(Stream::talk, wrap(describe({.what = summarize(run, next.empty()), .cure = std::string(next)})));
}

void RunFrontend::report(const Error& error) {
  print_error(error);
  account_.message = in_sentences(error);
}

void RunFrontend::say(std::string_view text) {
  write(Stream::talk, wrap(text));
}

void RunFrontend::say_waiting(std::string_view text) {
  if (!options_.quiet) say(text);
}

}  // namespace envlink::cli
