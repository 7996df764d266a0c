#include "cli/carry_out.h"

#include <fmt/format.h>

#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/remembered.h"
#include "engine/rollout.h"
#include "journal/origin.h"
#include "journal/run_recorder.h"
#include "plan/stored.h"
#include "plan/verification.h"
#include "view/frame.h"
#include "view/terminal.h"
#include "view/verification_text.h"

namespace envlink::cli {

namespace {

class Silent final : public engine::Observer {
 public:
  void notice(const engine::Event&) override {}
  std::optional<Time> repaint(Time) override { return std::nullopt; }
};

std::unique_ptr<engine::Observer> observer_for(const engine::Rollout& rollout, const Options& options) {
  if (options.quiet) return std::make_unique<Silent>();
  const view::Style style = style_for(Stream::talk, options);
  return can_paint(Stream::talk) ? view::live_view(rollout.plan(), rollout.progress(), style)
                                 : view::line_view(rollout.plan(), rollout.progress(), style);
}

journal::RunSummary summary_of(const plan::Plan& plan, Time began) {
  journal::RunSummary run;
  run.workspace = plan.owner.id.text();
  run.file = plan.file;
  run.user = journal::user_name();
  run.host = journal::host_name();
  run.began = began;
  return run;
}

/// False when a second Ctrl-C asked to leave at once.
bool roll_out(engine::Rollout& rollout, Session& session, engine::Transport& transport,
              engine::Recorder& recorder, const Options& options) {
  // The observer's end leaves the terminal whole before anything else is written.
  const auto observer = observer_for(rollout, options);
  return engine::run(rollout, session.clock(), transport, recorder, *observer);
}

// Reads the workspace again and holds it against the file.
int prove(Session& session, engine::Transport& transport, const Options& options) {
  const auto actual = session.survey(transport);
  if (!actual) {
    complain(actual.error().error);
    put(Stream::talk, "The rollout went through; only its proof is missing. Run: envlink verify");
    return actual.error().exit_code();
  }
  const auto verification = plan::verify(session.desired(), *actual, remembered_links(actual->owner.id));
  put(Stream::result, view::render_verification(verification, style_for(Stream::result, options)));
  if (verification.passed()) return exit_codes::done;
  complain({.what = "The rollout went through, but the workspace is not as the file says",
            .why = "something changed it meanwhile, or the file asks for what a rollout does not change",
            .cure = "The crosses above say what. Then: envlink plan"});
  return exit_codes::error;
}

}  // namespace

int carry_out(Session& session, const plan::Plan& plan, journal::Journal& journal, const Options& options) {
  const auto run = journal.begin(summary_of(plan, session.clock().now()), plan::to_json(plan));
  if (!run) {
    complain(run.error());
    return exit_code_of(run.error());
  }
  engine::Rollout rollout(plan, session.budget());
  journal::RunRecorder recorder(journal, *run);
  const auto transport = session.connect();
  try {
    if (!roll_out(rollout, session, *transport, recorder, options)) {
      put(Stream::talk,
          fmt::format("Left at once. What was asked of Render runs on there; the journal has all of it as "
                      "run {}.\nTo see where things stand: envlink plan",
                      *run));
      return exit_codes::interrupted;
    }
  } catch (const journal::Broken& broken) {
    complain(broken.error());
    put(Stream::talk, "Nothing more was sent. What was asked of Render before runs on there.");
    return exit_code_of(broken.error());
  }
  session.learn(rollout.budget());
  const int code = rollout.exit_code();
  if (const auto ended = journal.end(*run, session.clock().now(), code); !ended) complain(ended.error());
  if (code != exit_codes::done || !options.quiet) {
    put(Stream::talk, view::render_outcome(plan, rollout.progress(), style_for(Stream::talk, options)));
  }
  return code == exit_codes::done ? prove(session, *transport, options) : code;
}

}  // namespace envlink::cli
