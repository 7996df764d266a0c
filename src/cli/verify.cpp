#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/remembered.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "plan/verification.h"
#include "view/json.h"
#include "view/verification_text.h"

namespace envlink::cli {

namespace {

void print(const plan::Verification& verification, const Options& options) {
  put(Stream::result, options.output == Output::json
                          ? view::verification_json(verification)
                          : view::render_verification(verification, style_for(Stream::result, options)));
}

// Where the workspace cannot be read, step 1 says why and the others were never looked at.
plan::Verification unread(const Error& error) {
  plan::Verification verification;
  verification.steps[0] = {
      false, "API Connection", {error.what + (error.why.empty() ? "" : ": " + error.why)}};
  verification.steps[1] = {false, "Environment groups were not looked at", {}};
  verification.steps[2] = {false, "Links were not looked at", {}};
  verification.steps[3] = {false, "Deploys were not looked at", {}};
  return verification;
}

}  // namespace

int run_verify(const Options& options) {
  auto session = Session::open(options);
  if (!session) {
    put(Stream::talk, session.error().text);
    return session.error().exit_code;
  }
  const auto actual = session->survey();
  if (!actual) {
    if (!actual.error().interrupted) print(unread(actual.error().error), options);
    complain(actual.error().error);
    return actual.error().exit_code();
  }
  const plan::Verification verification =
      plan::verify(session->desired(), *actual, remembered_links(actual->owner.id));
  print(verification, options);
  tell_unfinished(actual->owner.id);
  return verification.passed() ? exit_codes::done : exit_codes::differences;
}

}  // namespace envlink::cli
