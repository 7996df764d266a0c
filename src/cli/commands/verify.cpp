#include <fmt/format.h>

#include <optional>

#include "api/endpoints.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/files.h"
#include "cli/github.h"
#include "cli/output.h"
#include "cli/remembered.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "engine/health.h"
#include "engine/silent.h"
#include "plan/verification.h"
#include "view/json.h"
#include "view/junit.h"
#include "view/verification_text.h"

namespace envlink::cli {

namespace {

struct VerifyOptions : CommonOptions {
  std::string junit;  // empty: no file is written
  bool health = false;
};

std::vector<Parameter> parameters(VerifyOptions& options) {
  return {{"--junit", "FILE", &options.junit, "Write the proof to this file as JUnit XML, for a CI"},
          {"--health", "", &options.health, "Also ask the health path of each web service"}};
}

/// False when the file of --junit could not be written, which is said.
bool print(const plan::Verification& verification, const VerifyOptions& options) {
  write(Stream::result, options.output == Output::json
                            ? view::verification_json(verification)
                            : view::render_verification(verification, style_for(Stream::result, options)));
  if (options.junit.empty()) return true;
  const auto written = write_file(options.junit, view::junit_xml(verification));
  if (!written) print_error(written.error());
  return written.has_value();
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

/// nullopt: interrupted, so nothing is known.
std::optional<plan::VerifiedStep> ask_health(Session& session, const plan::Verification& verification,
                                             const model::Workspace& actual) {
  std::vector<engine::HealthTarget> targets;
  for (const plan::VerifiedService& one : verification.services) {
    const model::Service* service = actual.find_service(one.id);
    if (service != nullptr && !model::health_url(*service).empty())
      targets.push_back({service->name, api::get_health(*service)});
  }
  engine::HealthCheck check(targets, session.desired().api);
  engine::Silent silent;
  const auto transport = session.connect();
  const bool whole = engine::run(check, session.clock(), *transport, silent, silent);
  if (!whole || check.interrupted()) return std::nullopt;
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!check.answers()[i].healthy)
      problems.push_back(
          fmt::format("service {}: its health path {}", clean(targets[i].name), check.answers()[i].told));
  }
  if (targets.empty()) return plan::VerifiedStep{true, "No web service of the file has a health path", {}};
  const std::string count = count_of(targets.size(), "health path answers", "health paths answer");
  return plan::VerifiedStep{
      problems.empty(), problems.empty() ? count : "Not every health path answers with success", problems};
}

Outcome run(const VerifyOptions& options) {
  auto session = Session::open(options);
  if (!session) return end_with(session.error());
  const auto actual = session->survey(session->desired());
  if (!actual) {
    if (actual.error().kind != ErrorKind::interrupted) print(unread(actual.error()), options);
    return end_with(actual.error());
  }
  plan::Verification verification =
      plan::verify(session->desired(), *actual, remembered_links(actual->owner.id));
  if (options.health) {
    verification.health = ask_health(*session, verification, *actual);
    if (!verification.health) {
      return end_with({.kind = ErrorKind::interrupted,
                       .what = "Interrupted while asking the health paths",
                       .cure = "Nothing was written. Run it again: envlink verify --health"});
    }
  }
  const bool whole = print(verification, options);
  github::tell(verification);
  tell_unfinished(actual->owner.id);
  if (!whole) return Outcome::error;
  return verification.passed() ? Outcome::done : Outcome::differences;
}

}  // namespace

Command verify_command() {
  return {
      .name = "verify",
      .section = Section::look,
      .summary = "Prove that the workspace is as the file says: connection, groups, links, deploys.",
      .help =
          R"(Reads the workspace and prints a tick or a cross for each of four steps: the connection, the groups,
the links and the deploys. With --health, a fifth: the health path of each web service, asked from here and
without the key. Nothing is written.)",
      .examples = R"(  envlink verify
  envlink verify --health
  envlink verify --junit verify.xml   # for a CI)",
      .endings = {{Outcome::done, "all steps pass"},
                  {Outcome::error},
                  {Outcome::differences, "at least one does not"},
                  {Outcome::authentication},
                  {Outcome::refused, "the workspace is not clear"},
                  {Outcome::usage},
                  {Outcome::interrupted}},
      .common = {.file = true, .env_file = true, .output = true, .messages = true},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
