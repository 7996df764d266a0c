#include "cli/dotenv_flags.h"

#include <fmt/format.h>

#include "cli/given_value.h"
#include "cli/output.h"
#include "source/dotenv_and_files.h"

namespace envlink::cli {

std::vector<Parameter> dotenv_flags(DotenvFlags& flags, std::string_view example) {
  return {
      {.names = "--from",
       .value = "FILE",
       .target = &flags.from,
       .does = example.empty() ? "Dotenv file (KEY=value lines)" : "Required: dotenv file (KEY=value lines)",
       .required = !example.empty(),
       .wrong = usage_error("No dotenv file was given", fmt::format("Example: envlink groups {}", example))},
      {"--secret-file", "PATH", &flags.secret_files, "Secret file to add, named after the file; repeatable"}};
}

Result<DotenvValues> read_values(const DotenvFlags& flags) {
  DotenvValues given;
  if (flags.from.empty() && flags.secret_files.empty()) return given;
  auto named = source::read_all({flags.from, flags.secret_files});
  if (!named) return fail(std::move(named.error()));
  for (source::Named& one : *named) given.values.set.push_back({one.key, std::move(one.value)});
  given.from.origin = plan::ValueOrigin::dotenv;
  if (!flags.from.empty()) given.from.name = absolute_path(flags.from);
  for (const std::string& path : flags.secret_files) given.from.files.push_back(absolute_path(path));
  return given;
}

}  // namespace envlink::cli
