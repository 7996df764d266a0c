#include "run/look.h"

#include <fmt/format.h>

#include <utility>

#include "run/named_groups.h"

namespace envlink::run {
namespace {

/// Progress is reported at each multiple: Render allows some hundred requests a minute, so more take minutes.
constexpr std::size_t counted_by = 100;

/// The workspace in the file and in RENDER_WORKSPACE is that of the first group, so neither is used here.
Result<NamedGroups> read_elsewhere(Context& context, const model::Desired& file, const DiffRequest& request) {
  model::Desired other;
  other.workspace = SourceString{request.other_workspace, {}};
  other.api = file.api;
  const std::string named = std::exchange(context.workspace, {});
  auto found = read_groups(context, other, {request.b});
  context.workspace = named;
  return found;
}

}  // namespace

Result<plan::GroupDiff> diff_groups(Context& context, const model::Desired& file,
                                    const DiffRequest& request) {
  if (request.other_workspace.empty()) {
    const auto both = read_groups(context, file, {request.a, request.b});
    if (!both) return fail(both.error());
    return plan::compare_groups(file, {both->actual, both->groups[0]}, {both->actual, both->groups[1]},
                                request.expectations);
  }
  const auto a = read_groups(context, file, {request.a});
  if (!a) return fail(a.error());
  const auto b = read_elsewhere(context, file, request);
  if (!b) return fail(b.error());
  if (a->groups[0].id == b->groups[0].id) return fail(same_group(request.a, request.b, a->actual.owner));
  return plan::compare_groups(file, {a->actual, a->groups[0]}, {b->actual, b->groups[0]},
                              request.expectations);
}

Result<plan::Lint> lint(Context& context, const model::Desired& file) {
  context.keeps_history = false;
  const auto count = [&](std::size_t read, std::size_t all) {
    if (read % counted_by == 0 && read < all)
      context.frontend.say_waiting(fmt::format("{} of {} groups are read.", read, all));
  };
  const auto actual = read_workspace(
      context, file, {.include_preflight_data = false, .every_group = true, .group_read = count});
  if (!actual) return fail(actual.error());
  return plan::lint(file, *actual);
}

}  // namespace envlink::run
