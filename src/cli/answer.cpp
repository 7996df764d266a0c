#include "cli/answer.h"

#include <utility>

#include "base/text.h"
#include "cli/carry_out.h"
#include "cli/output.h"
#include "view/verification_text.h"

namespace envlink::cli {

namespace {

class Streamed final : public engine::Observer {
 public:
  Streamed(std::int64_t run, std::unique_ptr<engine::Observer> inner) : run_(run), inner_(std::move(inner)) {}
  void notice(const engine::Event& event) override {
    put(Stream::result, view::event_line(run_, event));
    inner_->notice(event);
  }
  std::optional<Time> repaint(Time now) override { return inner_->repaint(now); }

 private:
  std::int64_t run_;
  std::unique_ptr<engine::Observer> inner_;
};

}  // namespace

Answer::Answer(std::string_view command, const Options& options) : options_(options) {
  account_.command = command;
  if (options.output == Output::jsonl)
    put(Stream::result, view::stream_head(account_.command, ENVLINK_VERSION));
}

void Answer::complain(const Error& error) {
  cli::complain(error);
  account_.message = describe(error);
}

int Answer::report(const Error& error) {
  account_.message = describe(error);
  return cli::report(error);
}

int Answer::report(const NoStart& no_start) {
  account_.message = no_start.message();
  return cli::report(no_start);
}

int Answer::report(const NoSurvey& no_survey) {
  account_.message = describe(no_survey.error);
  return cli::report(no_survey);
}

int Answer::report(const Trouble& trouble) {
  return std::visit([this](const auto& one) { return report(one); }, trouble);
}

bool Answer::may_write(const char* question, int& code) {
  if (options_.yes || attended(options_)) return cli::may_write(question, options_, code);
  code = report(nobody_to_ask());
  return false;
}

std::unique_ptr<engine::Observer> Answer::watch(std::int64_t run,
                                                std::unique_ptr<engine::Observer> inner) const {
  if (options_.output != Output::jsonl) return inner;
  return std::make_unique<Streamed>(run, std::move(inner));
}

void Answer::ran(std::int64_t run, const engine::Rollout& rollout) {
  account_.runs.push_back({run, rollout.plan(), rollout.progress()});
}

void Answer::verified(const plan::Verification& verification) {
  account_.verification = verification;
  if (options_.output == Output::text)
    put(Stream::result, view::render_verification(verification, style_for(Stream::result, options_)));
}

int Answer::end(int exit_code) {
  account_.outcome = model::outcome_of_exit_code(exit_code);
  if (options_.output == Output::json) put(Stream::result, view::run_account_json(account_));
  if (options_.output == Output::jsonl) put(Stream::result, view::outcome_line(account_));
  return exit_code;
}

}  // namespace envlink::cli
