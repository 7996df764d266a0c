#include "cli/doctor.h"

#include <algorithm>

#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

using view::Check;
using view::Health;

void check_render(const Options& options, view::Checkup& checkup) {
  const auto credentials = config::find_credentials(process_environment(), options.file, options.env_file);
  if (credentials) {
    check_answer(*credentials, ask_render(*credentials), checkup);
    return;
  }
  const Error& error = credentials.error();
  const std::string says = error.what + (error.why.empty() ? "" : ": " + error.why);
  const bool host = error.kind != ErrorKind::authentication;
  checkup.checks.push_back({host ? "host" : "key", Health::bad, says, error.cure});
  const std::string missing = host ? "the host is not clear" : "there is no key to ask with";
  for (const char* id : {host ? "key" : "host", "tls", "clock", "workspace", "limits"})
    checkup.checks.push_back({id, Health::not_looked_at, "not asked: " + missing});
}

bool is_bad(const view::Checkup& checkup, std::string_view id) {
  return std::ranges::any_of(checkup.checks, [&](const Check& check) {
    return check.health == Health::bad && (id.empty() || check.id == id);
  });
}

}  // namespace

Outcome run_doctor(const Options& options) {
  view::Checkup checkup{.checks = check_machine(options), .windows = {}, .exit_code = 0};
  check_render(options, checkup);
  for (Check& check : check_state()) checkup.checks.push_back(std::move(check));
  const Outcome outcome = is_bad(checkup, "key") ? Outcome::authentication
                          : is_bad(checkup, "")  ? Outcome::error
                                                 : Outcome::done;
  checkup.exit_code = model::exit_code(outcome);
  write(Stream::result, options.output == Output::json
                            ? view::checkup_json(checkup)
                            : view::render_checkup(checkup, style_for(Stream::result, options)));
  return outcome;
}

}  // namespace envlink::cli
