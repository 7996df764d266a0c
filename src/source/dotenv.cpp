#include "source/dotenv.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "config/dotenv.h"
#include "source/file.h"
#include "source/value.h"
#include "yaml/problem.h"

namespace envlink::source {
namespace {

constexpr std::size_t most_problems = 20;

/// If `key` was forgotten, the command's output is one secret. Its first `=` may be padding, so the text
/// before it must not be shown.
bool may_be_a_secret(const Named& one) {
  const auto is_part = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  return one.value.empty() || !std::ranges::all_of(one.key, is_part);
}

Error no_assignments(std::string_view origin, int line) {
  return {.what = fmt::format("{}:{}: not KEY=value with an uppercase name; nothing was changed",
                              clean(origin), line),
          .why = "without `key` or `keys`, a command's output is read as a dotenv file",
          .cure =
              "If the whole output is one value, add `key: NAME`. Otherwise list the keys to take: `keys: "
              "[NAME, …]`"};
}

}  // namespace

Result<std::vector<Named>> named_in(std::string_view text, std::string_view origin) {
  if (auto checked = check_text(text, origin); !checked) return fail(std::move(checked.error()));
  std::vector<Named> all;
  std::vector<yaml::Problem> problems;
  std::map<std::string, int> lines;  // by key
  config::for_each_dotenv_line(text, [&](const config::DotenvLine& line) {
    if (problems.size() == most_problems) return;
    if (!line.fault.empty()) {
      problems.push_back({line.place, std::string(line.fault), std::string(line.cure)});
      return;
    }
    const auto [known, fresh] = lines.emplace(line.key, line.place.line);
    if (!fresh) {
      problems.push_back({line.place,
                          fmt::format("{} is set twice: first on line {}", line.key, known->second),
                          "remove one of the two"});
      return;
    }
    all.push_back(
        {.key = std::string(line.key), .value = Secret(std::string(line.value)), .line = line.place.line});
  });
  if (!problems.empty()) return fail({.text = yaml::render_without_lines(problems, origin)});
  if (!all.empty()) return all;
  return fail({.what = fmt::format("No variables in {}", clean(origin)),
               .why = text.empty() ? "it is empty" : "no line is an assignment",
               .cure = "Write KEY=value, one per line."});
}

Result<std::vector<Named>> from_dotenv(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) return fail(std::move(bytes.error()));
  return named_in(bytes->text, path);
}

Result<std::vector<Named>> from_command_dotenv(const std::vector<std::string>& command,
                                               const std::string& folder, bool all_of_it) {
  auto bytes = output_of(command, most_time, folder);
  if (!bytes) return fail(std::move(bytes.error()));
  const std::string origin = output_called(command);
  auto named = named_in(bytes->text, origin);
  if (!named) return named;
  const auto doubtful = std::ranges::find_if(*named, may_be_a_secret);
  if (all_of_it && doubtful != named->end()) return fail(no_assignments(origin, doubtful->line));
  return named;
}

Result<void> check_none_empty(const std::vector<Named>& all, std::string_view origin) {
  for (const Named& one : all) {
    if (!one.value.empty()) continue;
    const std::string line = one.line > 0 ? fmt::format(":{}", one.line) : "";
    return fail({.what = fmt::format("{}{}: {} has no value; nothing was changed", clean(origin), line,
                                     clean(one.key)),
                 .why = "Render has been seen to refuse empty values",
                 .cure = one.line > 0 ? "Give it one, or remove the line" : "Give it one"});
  }
  return {};
}

}  // namespace envlink::source
