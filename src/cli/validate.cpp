#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/session.h"
#include "view/answers_json.h"

namespace envlink::cli {

namespace {

std::string as_json(const tl::expected<model::Desired, NoStart>& desired, const Options& options) {
  view::Validation told{.file = options.file, .services = 0, .groups = 0, .problems = {}};
  if (desired) {
    told.services = desired->services.size();
    told.groups = desired->groups.size();
    return view::validation_json(told);
  }
  for (const yaml::Problem& problem : desired.error().problems)
    told.problems.push_back({problem.place, problem.what, problem.cure});
  if (told.problems.empty()) {
    const std::string text = desired.error().message();  // the file could not be read at all
    told.problems.push_back({{.line = 0, .column = 0}, text.substr(0, text.find('\n')), {}});
  }
  return view::validation_json(told);
}

}  // namespace

int run_validate(const Options& options) {
  const auto desired = load_file(options);
  if (options.output == Output::json) put(Stream::result, as_json(desired, options));
  if (!desired) {
    put(Stream::talk, desired.error().text);
    return exit_codes::error;
  }
  if (options.output == Output::json) return exit_codes::done;
  put(Stream::result,
      fmt::format("{}: {}, {}, no problems", clean(options.file),
                  count_of(desired->services.size(), "service"), count_of(desired->groups.size(), "group")));
  return exit_codes::done;
}

}  // namespace envlink::cli
