#include "cli/answer.h"

#include <utility>

#include "base/text.h"
#include "cli/output.h"
#include "view/verification_text.h"

namespace envlink::cli {

namespace {

class Streamed final : public engine::Observer {
 public:
  Streamed(std::int64_t run, const plan::Plan& plan, std::unique_ptr<engine::Observer> inner)
      : run_(run), plan_(plan), inner_(std::move(inner)) {}
  void notice(const engine::Event& event) override {
    write(Stream::result, view::event_line(run_, plan_, event));
    inner_->notice(event);
  }
  std::optional<Time> repaint(Time now) override { return inner_->repaint(now); }

 private:
  std::int64_t run_;
  const plan::Plan& plan_;
  std::unique_ptr<engine::Observer> inner_;
};

}  // namespace

Answer::Answer(std::string_view command, const CommonOptions& options) : options_(options) {
  account_.command = command;
  if (options.output == Output::jsonl)
    write(Stream::result, view::stream_head(account_.command, ENVLINK_VERSION));
}

void Answer::print_error(const Error& error) {
  cli::print_error(error);
  account_.message = describe(error);
}

Outcome Answer::end_with(const Error& error) {
  print_error(error);
  return model::outcome_of(error);
}

std::unique_ptr<engine::Observer> Answer::watch(std::int64_t run, const plan::Plan& plan,
                                                std::unique_ptr<engine::Observer> inner) const {
  if (options_.output != Output::jsonl) return inner;
  return std::make_unique<Streamed>(run, plan, std::move(inner));
}

void Answer::ran(std::int64_t run, const engine::Rollout& rollout) {
  account_.runs.push_back({run, rollout.plan(), rollout.progress()});
}

void Answer::verified(const plan::Verification& verification) {
  account_.verification = verification;
  if (options_.output == Output::text)
    write(Stream::result, view::render_verification(verification, style_for(Stream::result, options_)));
}

Outcome Answer::end(Outcome outcome) {
  account_.exit_code = model::exit_code(outcome);
  if (options_.output == Output::json) write(Stream::result, view::run_account_json(account_));
  if (options_.output == Output::jsonl) write(Stream::result, view::outcome_line(account_));
  return outcome;
}

}  // namespace envlink::cli
