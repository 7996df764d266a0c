
#include "cli/command.h"
#include "cli/github.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/system.h"
#include "http/system_clock.h"
#include "run/commands.h"
#include "view/ci_reports.h"
#include "view/json.h"
#include "view/verification_text.h"

namespace envlink::cli {

namespace {

struct VerifyOptions : CommonOptions {
  std::string junit;  // empty: no file is written
  bool health = false;
};

std::vector<Parameter> parameters(VerifyOptions& options) {
  return {{"--junit", "FILE", &options.junit, "Also write the result as JUnit XML, for CI"},
          {"--health", "", &options.health, "Also check each web service's health path"}};
}

/// False if the file of --junit could not be written; prints the error.
bool print(const plan::Verification& verification, const VerifyOptions& options) {
  write(Stream::result, options.output == Output::json
                            ? view::verification_json(verification)
                            : view::render_verification(verification, http::SystemClock().now(),
                                                        style_for(Stream::result, options), options.verbose));
  if (options.junit.empty()) return true;
  const auto written = write_file(options.junit, view::junit_xml(verification));
  if (!written) print_error(written.error());
  return written.has_value();
}

// If the workspace cannot be read, step 1 says why and the others are skipped.
plan::Verification unread(const Error& error) {
  plan::Verification verification;
  verification.steps[0] = {
      false, "Could not connect to Render", {error.what + (error.why.empty() ? "" : ": " + error.why)}};
  verification.steps[1] = {false, "Environment groups not checked", {}};
  verification.steps[2] = {false, "Links not checked", {}};
  verification.steps[3] = {false, "Deploys not checked", {}};
  return verification;
}

Outcome run(const VerifyOptions& options) {
  auto session = Session::open(options);
  if (!session) return end_with(session.error());
  const auto verification = run::verify(session->context(), session->desired(), options.health);
  if (!verification) {
    if (verification.error().kind != ErrorKind::interrupted) print(unread(verification.error()), options);
    return end_with(verification.error());
  }
  const bool whole = print(*verification, options);
  github::tell(*verification);
  run::tell_unfinished(session->context(), verification->owner.id);
  if (!whole) return Outcome::error;
  return verification->passed() ? Outcome::done : Outcome::differences;
}

}  // namespace

Command verify_command() {
  return {
      .name = "verify",
      .section = Section::look,
      .summary = "Check that the workspace is as the file says.",
      .help =

          R"(Runs four checks: the connection, the groups, the links and the deploys. --health adds a fifth: the health
path of each web service, requested from here without the key. -v lists every service. Changes nothing.)",
      .examples = R"(  envlink verify
  envlink verify --health
  envlink verify --junit verify.xml   # for CI)",
      .endings =
          endings_of_reading({{Outcome::done, "all steps pass"}, {Outcome::differences, "a step fails"}}),
      .common = {.file = true, .env_file = true, .output = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
