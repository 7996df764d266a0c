#include "cli/file_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cli/session.h"
#include "source/entries.h"

namespace envlink::cli {
namespace {

constexpr std::string_view put_back =
    "Restore it with the value the run was setting, or undo the run: envlink rollback";

}  // namespace

Result<std::vector<run::GivenValues>> values_of_file(const model::Desired& file) {
  std::vector<run::GivenValues> groups;
  for (const model::DesiredGroup& group : file.groups) {
    if (group.values.empty()) continue;
    auto all = source::from_entries(group.values, file.file);
    if (!all) return fail(std::move(all.error()));
    run::GivenValues given{.in_file = group.name.text,
                           .prune = std::ranges::any_of(group.values, &model::ValuesEntry::prune)};
    for (source::Named& one : *all) given.set.push_back({one.key, std::move(one.value)});
    groups.push_back(std::move(given));
  }
  return groups;
}

Result<std::vector<source::Named>> values_of_file_again(const std::string& path,
                                                        const plan::PlannedGroup& group) {
  const auto file = load_file(path);
  if (!file && file.error().kind == ErrorKind::no_file)
    return fail({.what = fmt::format("{} no longer exists", clean(path)), .cure = std::string(put_back)});
  if (!file) return fail(file.error());
  const auto wanted = std::ranges::find_if(file->groups, [&](const model::DesiredGroup& one) {
    if (one.id) return one.id->text == group.id.text();
    return one.name.text == group.id.text() || one.name.text == group.name;
  });
  if (wanted == file->groups.end() || wanted->values.empty())
    return fail(gone_from(path, "values of " + clean(group.name)));
  return source::from_entries(wanted->values, path);
}

Error gone_from(const std::string& path, const std::string& what) {
  return {.what = fmt::format("{} no longer names {}", clean(path), what), .cure = std::string(put_back)};
}

}  // namespace envlink::cli
