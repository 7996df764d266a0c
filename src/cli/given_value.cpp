#include "cli/given_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/text.h"
#include "base/words.h"
#include "cli/file_values.h"
#include "cli/output.h"
#include "model/variable.h"
#include "source/dotenv_and_files.h"
#include "source/environment.h"
#include "source/file.h"
#include "source/prompt.h"
#include "source/standard_input.h"

namespace envlink::cli {
namespace {

using plan::ValueOrigin;

constexpr std::int64_t fewest_bytes = 1;

Result<Secret> from_prompt(const std::string& label, const CommonOptions& options) {
  if (!may_ask(options)) {
    return fail(usage_error(
        fmt::format("Cannot ask for {}: {}", label, options.no_input ? "--no-input" : "CI is set"),
        "Use --stdin, --from-file or --from-env"));
  }
  return source::from_prompt(label);
}

/// The values of a run that came from one file (dotenv or envlink.yaml). `read`: all values of a group.
template <class Read>
Result<std::vector<Secret>> picked(const plan::Plan& plan, const std::vector<std::size_t>& values,
                                   const std::string& path, Read read) {
  std::map<GroupId, std::vector<source::Named>> groups;
  std::vector<Secret> found;
  for (const std::size_t value : values) {
    const plan::ValueChange& change = plan.values[value];
    if (!groups.contains(change.group)) {
      auto all = read(*std::ranges::find(plan.groups, change.group, &plan::PlannedGroup::id));
      if (!all) return fail(std::move(all.error()));
      groups.emplace(change.group, std::move(*all));
    }
    std::vector<source::Named>& all = groups.at(change.group);
    const auto one = std::ranges::find(all, change.key, &source::Named::key);
    if (one == all.end()) return fail(gone_from(path, clean(change.key)));
    found.push_back(std::move(one->value));
  }
  return found;
}

}  // namespace

std::string absolute_path(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path whole = std::filesystem::absolute(path, failed);
  return failed ? path : whole.string();
}

std::vector<Parameter> value_flags(ValueFlags& flags) {
  return {
      {"--stdin", "", &flags.standard_input, "Read the value from standard input"},
      {"--from-file", "FILE", &flags.file, "Read it from a file"},
      {"--from-env", "NAME", &flags.environment, "Read it from an environment variable"},
      {.names = "--generate",
       .value = "BYTES",
       .target = &flags.bytes,
       .does = "Generate a random value of this many bytes, such as 32",
       .range = {{fewest_bytes, static_cast<double>(source::most_random_bytes)}},
       .wrong = usage_error("--generate needs a number of bytes from 1 to 65536", "Example: --generate 32")},
      {"--as", "base64url|base64|hex|alphanumeric", &flags.encoding,
       "Encoding of the random bytes (default: base64url)"}};
}

Result<plan::ValueSource> source_of(const ValueFlags& flags) {
  std::vector<plan::ValueSource> given;
  if (flags.standard_input) given.push_back({ValueOrigin::standard_input, ""});
  if (!flags.file.empty()) given.push_back({ValueOrigin::file, absolute_path(flags.file)});
  if (!flags.environment.empty()) given.push_back({ValueOrigin::environment, flags.environment});
  if (flags.bytes > 0) given.push_back({ValueOrigin::generated, ""});
  if (given.size() > 1)
    return fail(usage_error("The value has more than one source",
                            "Use one of --stdin, --from-file, --from-env and --generate"));
  if (!flags.encoding.empty() && flags.bytes == 0)
    return fail(usage_error("--as only works with --generate", "Add --generate 32, or remove --as"));
  if (!flags.encoding.empty() && !from_word<source::Encoding>(flags.encoding)) {
    return fail(usage_error(fmt::format("--as does not know {}", clean(flags.encoding, 30)),
                            "Use base64url, base64, hex or alphanumeric"));
  }
  return given.empty() ? plan::ValueSource{} : given.front();
}

Result<Secret> value_from(const plan::ValueSource& source, const ValueFlags& flags, const std::string& key,
                          const std::string& label, const CommonOptions& options) {
  switch (source.origin) {
    case ValueOrigin::standard_input:
      return source::from_stdin(source::final_break_of(key));
    case ValueOrigin::file:
      return source::from_file(source.name, source::final_break_of(key));
    case ValueOrigin::environment:
      return source::from_environment(source.name);
    case ValueOrigin::generated:
      return source::generate(
          static_cast<std::size_t>(flags.bytes),
          from_word<source::Encoding>(flags.encoding).value_or(source::Encoding::base64url));
    case ValueOrigin::prompt:
    case ValueOrigin::dotenv:
    case ValueOrigin::configuration:
      break;
  }
  return from_prompt(label, options);
}

run::AskAgain ask_again(const CommonOptions& options, bool elsewhere) {
  return [options, elsewhere](const plan::Plan& plan,
                              const std::vector<std::size_t>& values) -> Result<std::vector<Secret>> {
    // All values of a run have the same source.
    const GroupId& changed = plan.values[values.front()].group;
    const auto planned = std::ranges::find(plan.groups, changed, &plan::PlannedGroup::id);
    const bool told = planned != plan.groups.end() && planned->values_from;
    const plan::ValueSource source = told ? *planned->values_from : plan::ValueSource{};
    // A path of another machine names nothing here, or another file.
    if (elsewhere && (source.origin == ValueOrigin::dotenv || source.origin == ValueOrigin::file)) {
      return fail(
          {.what = fmt::format("The values are in {} on the machine where the run began", clean(source.name)),
           .cure = "Resume it there, or undo it: envlink rollback"});
    }
    if (source.origin == ValueOrigin::dotenv) {
      return picked(plan, values, source.name,
                    [&](const plan::PlannedGroup&) { return source::read_all({source.name, source.files}); });
    }
    if (source.origin == ValueOrigin::configuration) {
      const std::string& file = elsewhere ? options.file : source.name;
      return picked(plan, values, file,
                    [&](const plan::PlannedGroup& group) { return values_of_file_again(file, group); });
    }
    if (source.origin == ValueOrigin::generated) {
      return fail({.what = "The value was random and is lost with the process that generated it",
                   .cure = "Undo the run, then generate a new value: envlink groups set --generate 32"});
    }
    std::vector<Secret> given;
    for (const std::size_t value : values) {
      plan::ValueSource place = source;
      // A value from standard input must be typed now.
      if (place.origin == ValueOrigin::standard_input) place.origin = ValueOrigin::prompt;
      const plan::ValueChange& change = plan.values[value];
      auto one = value_from(
          place, {}, change.key,
          fmt::format("{} in {}, which the run was setting", clean(change.key), clean(change.group_name)),
          options);
      if (!one) {
        Error error = one.error();
        if (place.origin == ValueOrigin::prompt && error.kind != ErrorKind::interrupted) {
          error.kind = ErrorKind::general;
          error.cure = "Finish it on a terminal: envlink resume\nOr undo it: envlink rollback";
        }
        return fail(std::move(error));
      }
      given.push_back(std::move(*one));
    }
    return given;
  };
}

}  // namespace envlink::cli
