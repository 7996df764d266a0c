#include "cli/doctor_checks.h"

#include <algorithm>

#include "cli/command.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

using view::Check;
using view::Health;

bool is_bad(const view::DoctorResult& result, std::string_view id) {
  return std::ranges::any_of(result.checks, [&](const Check& check) {
    return check.health == Health::bad && (id.empty() || check.id == id);
  });
}

Outcome run(const CommonOptions& options) {
  view::DoctorResult result{.checks = check_local(options), .windows = {}, .exit_code = 0};
  check_render(options, result);
  for (Check& check : check_journal()) result.checks.push_back(std::move(check));
  const Outcome outcome = is_bad(result, "key") ? Outcome::authentication
                          : is_bad(result, "")  ? Outcome::error
                                                : Outcome::done;
  result.exit_code = model::exit_code(outcome);
  write(Stream::result, options.output == Output::json
                            ? view::doctor_result_json(result)
                            : view::render_doctor_result(result, style_for(Stream::result, options)));
  return outcome;
}

}  // namespace

Command doctor_command() {
  return {
      .name = "doctor",
      .section = Section::set_up,
      .summary = "Look at the key, the host, the clock, the journal, with a cure for each trouble.",
      .help =
          R"(Looks at what envlink needs: the file, the key and whether Render accepts it, the host, the proxy, TLS, the
clock, the workspace, the rate limits, the folder of the journal and the journal. A cure stands below each
trouble. One request is made, and nothing is written. Works without a file and without a key.
  ✓ good   ! to look at   ✗ wrong   – not looked at)",
      .examples = R"(  envlink doctor
  envlink doctor -o json)",
      .endings = {{Outcome::done, "nothing is wrong"},
                  {Outcome::error, "something is"},
                  {Outcome::authentication, "the key is missing or refused"},
                  {Outcome::usage}},
      .common = {.file = true, .env_file = true, .output = true, .messages = true},
      .action = make_action(run)};
}

}  // namespace envlink::cli
