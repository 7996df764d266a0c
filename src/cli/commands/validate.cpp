#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "view/json.h"

namespace envlink::cli {

namespace {

std::string as_json(const std::string& file, const Result<model::Desired>& desired,
                    const std::vector<yaml::Problem>& problems) {
  view::Validation told{.file = file, .services = 0, .groups = 0, .problems = {}};
  if (desired) {
    told.services = desired->services.size();
    told.groups = desired->groups.size();
    return view::validation_json(told);
  }
  for (const yaml::Problem& problem : problems)
    told.problems.push_back({problem.place, problem.what, problem.cure});
  if (told.problems.empty()) {
    const std::string text = describe(desired.error());  // the file could not be read at all
    told.problems.push_back({{.line = 0, .column = 0}, text.substr(0, text.find('\n')), {}});
  }
  return view::validation_json(told);
}

Outcome run(const CommonOptions& options) {
  std::vector<yaml::Problem> problems;
  const auto desired = load_file(options.file, &problems);
  if (options.output == Output::json) write(Stream::result, as_json(options.file, desired, problems));
  if (!desired) return end_with(desired.error());
  if (options.output == Output::json) return Outcome::done;
  write(Stream::result, fmt::format("{}: {}, {}, no problems", clean(options.file),
                                    count_of(desired->services.size(), "service"),
                                    count_of(desired->groups.size(), "group")));
  return Outcome::done;
}

}  // namespace

Command validate_command() {
  return {.name = "validate",
          .section = Section::set_up,
          .summary = "Check envlink.yaml, offline.",
          .help = "Checks the file without a connection and reports every problem at once.",
          .examples = R"(  envlink validate
  envlink validate -f staging.yaml)",
          .endings = {{Outcome::done, "no problems"}, {Outcome::error, "problems"}, {Outcome::usage}},
          .common = {.file = true, .output = true, .messages = true},
          .action = make_action(run)};
}

}  // namespace envlink::cli
