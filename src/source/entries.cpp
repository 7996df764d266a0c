#include "source/entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "config/dotenv.h"
#include "source/command.h"
#include "source/dotenv.h"
#include "source/environment.h"
#include "source/file.h"

namespace envlink::source {
namespace {

using model::ValuesEntry;
using model::ValuesFrom;

/// Adds the place in the file. Its kind does not matter to callers.
tl::unexpected<Error> failed_at(const std::string& file, Place place, Error error) {
  const std::string at = fmt::format("{}:{}:{}: ", clean(file), place.line, place.column);
  if (error.text.empty()) {
    error.what = at + error.what;
  } else {
    error.text =
        fmt::format("{}error: this source of values has problems; nothing was changed\n{}", at, error.text);
  }
  if (error.kind != ErrorKind::interrupted) error.kind = ErrorKind::general;
  return fail(std::move(error));
}

std::string called(const ValuesEntry& entry) {
  switch (entry.from) {
    case ValuesFrom::command:
      return output_called(entry.words);
    case ValuesFrom::env:
      return fmt::format("the environment variables {}…", entry.words.front());
    case ValuesFrom::dotenv:
    case ValuesFrom::file:
      break;
  }
  return entry.words.front();
}

Result<std::vector<Named>> one_named(const std::string& key, Result<Secret> value) {
  if (!value) return fail(std::move(value.error()));
  std::vector<Named> one;
  one.push_back({.key = key, .value = std::move(*value)});
  return one;
}

/// The listed keys of PREFIX_KEY; other variables with the prefix are not read.
Result<std::vector<Named>> picked_from_environment(const ValuesEntry& entry) {
  std::vector<Named> all;
  for (const SourceString& key : entry.keys) {
    auto value = from_environment(entry.words.front() + key.text);
    if (!value) return fail(std::move(value.error()));
    all.push_back({.key = key.text, .value = std::move(*value)});
  }
  return all;
}

/// Reads all values of the source.
Result<std::vector<Named>> read(const ValuesEntry& entry, const std::string& file) {
  const std::string path = config::beside(file, entry.words.front());
  const std::string folder = config::beside(file, ".");
  switch (entry.from) {
    case ValuesFrom::dotenv:
      return from_dotenv(path);
    case ValuesFrom::env:
      return entry.keys.empty() ? from_environment_prefix(entry.words.front())
                                : picked_from_environment(entry);
    case ValuesFrom::command:
      if (!entry.key) return from_command_dotenv(entry.words, folder, entry.keys.empty());
      return one_named(entry.key->text, from_command(entry.words, final_break_of(entry.key->text), folder));
    case ValuesFrom::file:
      break;
  }
  return one_named(entry.key->text, from_file(path, final_break_of(entry.key->text)));
}

/// The values listed in `keys`, in that order.
Result<std::vector<Named>> picked(std::vector<Named> all, const ValuesEntry& entry, const std::string& file) {
  if (entry.key) return all;
  if (entry.keys.empty()) return without_own_keys(std::move(all));
  std::vector<Named> found;
  for (const SourceString& key : entry.keys) {
    const auto one = std::ranges::find(all, key.text, &Named::key);
    if (one != all.end()) {
      found.push_back(std::move(*one));
      continue;
    }
    std::vector<std::string> names;
    for (const Named& other : all) names.push_back(other.key);
    // Names in a command's output may be secrets.
    const std::string near = entry.from == ValuesFrom::command ? "" : nearest(key.text, names);
    return failed_at(
        file, key.place,
        {.what = fmt::format("{} has no {}; nothing was changed", clean(called(entry)), clean(key.text)),
         .cure = near.empty() ? "Add it there, or remove it from `keys`"
                              : fmt::format("Did you mean {}?", clean(near))});
  }
  return found;
}

}  // namespace

Result<std::vector<Named>> from_entries(const std::vector<ValuesEntry>& entries, const std::string& file) {
  std::vector<Named> whole;
  std::map<std::string, const ValuesEntry*, std::less<>> given;
  for (const ValuesEntry& entry : entries) {
    auto all = read(entry, file);
    if (!all) return failed_at(file, entry.place, std::move(all.error()));
    auto some = picked(std::move(*all), entry, file);
    if (!some) return fail(std::move(some.error()));
    if (auto good = check_none_empty(*some, called(entry)); !good)
      return failed_at(file, entry.place, std::move(good.error()));
    for (Named& one : *some) {
      const auto [known, fresh] = given.emplace(one.key, &entry);
      if (!fresh) {
        return failed_at(
            file, entry.place,
            {.what = fmt::format("{} has {}, which already has a source, on line {}; nothing was changed",
                                 clean(called(entry)), clean(one.key), known->second->place.line),
             .cure = "List the keys to take from here under `keys`, or remove it from one of the two"});
      }
      whole.push_back(std::move(one));
    }
  }
  return whole;
}

}  // namespace envlink::source
