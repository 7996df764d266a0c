#include "cli/carry_out.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <optional>
#include <string_view>

#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/github.h"
#include "cli/output.h"
#include "cli/remembered.h"
#include "engine/rollback.h"
#include "engine/rollout.h"
#include "engine/silent.h"
#include "journal/origin.h"
#include "journal/run_recorder.h"
#include "plan/stored.h"
#include "plan/verification.h"
#include "view/frame.h"
#include "view/json.h"
#include "view/plan_text.h"
#include "view/terminal.h"

namespace envlink::cli {

namespace {

std::unique_ptr<engine::Observer> observer_for(const engine::Rollout& rollout, const Options& options) {
  const bool in_the_way = options.output == Output::jsonl && is_terminal(Stream::result);
  if (options.quiet || in_the_way) return std::make_unique<engine::Silent>();
  const view::Style style = style_for(Stream::talk, options);
  const view::Log log = github::here() ? view::Log::github : view::Log::plain;
  return can_paint(Stream::talk)
             ? view::live_view(rollout.plan(), rollout.progress(), rollout.budget(), style)
             : view::line_view(rollout.plan(), rollout.progress(), style, view::standard_error, log);
}

journal::RunSummary summary_of(const plan::Plan& plan, Time began) {
  journal::RunSummary run;
  run.workspace = plan.owner.id.text();
  run.file = plan.file;
  run.user = journal::user_name();
  run.host = journal::host_name();
  run.began = began;
  if (plan.undoes != 0) run.undoes = plan.undoes;
  return run;
}

Result<std::int64_t> begin(Session& session, Desk& desk, const plan::Plan& plan) {
  const auto run = desk.journal.begin(summary_of(plan, session.clock().now()), plan::to_json(plan));
  if (!run) return fail(run.error());
  // The label is for people; the lock is held without it.
  if (const auto named = desk.lock.name_run(*run); !named) complain(named.error());
  return *run;
}

struct RolledOut {
  int code = exit_codes::done;
  bool whole = false;  // otherwise it was broken off and stays open in the journal
};

RolledOut roll_out(Session& session, Desk& desk, std::int64_t run, engine::Rollout& rollout, Answer& answer,
                   const Options& options) {
  journal::RunRecorder recorder(desk.journal, run);
  const auto transport = session.connect();
  bool left_at_once = false;
  try {
    // The observer's end leaves the terminal whole before anything else is written.
    const auto observer = answer.watch(run, observer_for(rollout, options));
    left_at_once = !engine::run(rollout, session.clock(), *transport, recorder, *observer);
  } catch (const journal::Broken& broken) {
    answer.complain(broken.error());
    answer.ran(run, rollout);
    put(Stream::talk,
        "Nothing more was sent. What was asked of Render before runs on there.\n"
        "  → When the journal can be written again: envlink resume");
    return {exit_code_of(broken.error())};
  }
  session.learn(rollout.budget());
  answer.ran(run, rollout);
  if (left_at_once) {
    put(Stream::talk, fmt::format("Left at once. What was asked of Render runs on there; the journal has all "
                                  "of it as run {}.\n  → Go on with it: envlink resume",
                                  run));
    return {exit_codes::interrupted};
  }
  const int code = exit_code(rollout.outcome());
  if (code != exit_codes::done || !options.quiet) {
    put(Stream::talk,
        view::render_outcome(rollout.plan(), rollout.progress(), style_for(Stream::talk, options)));
  }
  github::tell(rollout.plan(), rollout.progress());
  return {code, true};
}

bool close(Desk& desk, std::int64_t run, Time at, int code) {
  const auto ended = desk.journal.end(run, at, model::outcome_of_exit_code(code));
  if (!ended) complain(ended.error());
  return ended.has_value();
}

/// With the run that it undoes, that one first: killed in between, the rollback is what is left to resume.
/// The other way round, the run would be rolled back a second time.
void close_with(Session& session, Desk& desk, std::int64_t run, std::int64_t undone, int code) {
  const Time now = session.clock().now();
  if (undone != 0 && code == exit_codes::done) {
    const auto before = load_run(desk.journal, undone);
    if (!close(desk, undone, before ? before->left_off() : now, exit_codes::rolled_back)) return;
  }
  close(desk, run, now, code);
}

/// To its end, with no proof and no rollback behind it.
int through(Session& session, Desk& desk, std::int64_t run, engine::Rollout& rollout, Answer& answer,
            const Options& options) {
  const RolledOut rolled = roll_out(session, desk, run, rollout, answer, options);
  if (rolled.whole) close_with(session, desk, run, rollout.plan().undoes, rolled.code);
  return rolled.code;
}

// Reads the workspace again and holds it against what was wanted.
int prove(Session& session, const model::Desired& desired, Answer& answer) {
  const auto actual = session.survey(desired);
  if (!actual) {
    answer.complain(actual.error().error);
    put(Stream::talk, "The rollout went through; only its proof is missing. Run: envlink verify");
    return actual.error().exit_code();
  }
  const auto verification = plan::verify(desired, *actual, remembered_links(actual->owner.id));
  answer.verified(verification);
  github::tell(verification);
  if (verification.passed()) return exit_codes::done;
  answer.complain(
      {.what = "The rollout went through, but the workspace is not as the file says",
       .why = "something changed it meanwhile, or the file asks for what a rollout does not change",
       .cure = "The crosses above say what. Then: envlink plan"});
  return exit_codes::error;
}

/// After a failure, where the file says `on_failure: rollback`.
int go_back(Session& session, Desk& desk, std::int64_t run, const plan::Plan& plan,
            const engine::Progress& progress, Answer& answer, const Options& options) {
  const int failed = exit_code(progress.outcome);
  const auto actual = session.survey(engine::desired_by(plan));
  if (!actual) {
    answer.complain(actual.error().error);
    put(Stream::talk, "  → To roll back: envlink resume");
    return failed;
  }
  const plan::Plan back = engine::rollback_plan(plan, progress, run, *actual);
  if (!options.quiet || back.refused()) {
    put(Stream::talk, view::render_plan(back, style_for(Stream::talk, options)));
  }
  if (back.refused() || back.empty()) {
    const int code = back.refused() ? failed : exit_codes::rolled_back;
    close(desk, run, progress.ended_at.value_or(session.clock().now()), code);
    return code;
  }
  const int code = carry_through(session, desk, back, answer, options);
  return code == exit_codes::done ? exit_codes::rolled_back : code;
}

int finish(Session& session, Desk& desk, std::int64_t run, engine::Rollout& rollout,
           const model::Desired& desired, Answer& answer, const Options& options) {
  const RolledOut rolled = roll_out(session, desk, run, rollout, answer, options);
  if (!rolled.whole) return rolled.code;
  if (engine::calls_for_rollback(rollout.plan(), rollout.progress()))
    return go_back(session, desk, run, rollout.plan(), rollout.progress(), answer, options);
  close(desk, run, session.clock().now(), rolled.code);
  return rolled.code == exit_codes::done ? prove(session, desired, answer) : rolled.code;
}

}  // namespace

int carry_out(Session& session, Desk& desk, const plan::Plan& plan, Answer& answer, const Options& options) {
  const auto run = begin(session, desk, plan);
  if (!run) return answer.report(run.error());
  engine::Rollout rollout(plan, session.budget());
  // Without the file that it was made from, a plan alone says what must hold in the end.
  const model::Desired wanted = options.plan_file.empty() ? session.desired() : engine::desired_by(plan);
  return finish(session, desk, *run, rollout, wanted, answer, options);
}

int carry_through(Session& session, Desk& desk, const plan::Plan& plan, Answer& answer,
                  const Options& options) {
  const auto run = begin(session, desk, plan);
  if (!run) return answer.report(run.error());
  engine::Rollout rollout(plan, session.budget());
  return through(session, desk, *run, rollout, answer, options);
}

int carry_out_links(Session& session, Desk& desk, const plan::Plan& plan, const Options& options) {
  const auto run = begin(session, desk, plan);
  if (!run) return report(run.error());
  engine::Rollout rollout(plan, session.budget());
  Answer answer("groups", options);
  const int code = through(session, desk, *run, rollout, answer, options);
  if (options.output == Output::json) put(Stream::result, view::link_changes_json(plan, rollout.progress()));
  return code;
}

int go_on(Session& session, Desk& desk, const StoredRun& run, Answer& answer, const Options& options) {
  if (const auto opened = desk.journal.reopen(run.number()); !opened) return answer.report(opened.error());
  if (const auto named = desk.lock.name_run(run.number()); !named) complain(named.error());
  if (engine::calls_for_rollback(run.plan, run.progress))
    return go_back(session, desk, run.number(), run.plan, run.progress, answer, options);
  engine::Rollout rollout(run.plan, run.events, session.budget());
  if (run.plan.undoes == 0) {
    return finish(session, desk, run.number(), rollout, engine::desired_by(run.plan), answer, options);
  }
  const int code = through(session, desk, run.number(), rollout, answer, options);
  if (code != exit_codes::done) return code;
  const auto undone = load_run(desk.journal, run.plan.undoes);
  const bool after_failure = undone && engine::calls_for_rollback(undone->plan, undone->progress);
  return after_failure ? exit_codes::rolled_back : exit_codes::done;
}

Error nobody_to_ask() {
  return {.kind = ErrorKind::usage,
          .what = "Nobody is here to answer whether to do this; nothing was written",
          .cure = "To do it without a question, add --yes"};
}

bool may_write(const char* question, const Options& options, int& code) {
  if (options.yes) return true;
  if (!attended(options)) {
    code = exit_codes::usage;
    complain(nobody_to_ask());
    return false;
  }
  std::fprintf(stderr, "%s [y/N] ", question);
  std::fflush(stderr);
  std::array<char, 16> answer{};
  const bool read = std::fgets(answer.data(), static_cast<int>(answer.size()), stdin) != nullptr;
  const std::string_view text(answer.data());
  if (read && (text == "y\n" || text == "Y\n" || text == "yes\n" || text == "Yes\n")) return true;
  put(Stream::talk, "Nothing was written.");
  code = exit_codes::interrupted;
  return false;
}

}  // namespace envlink::cli
