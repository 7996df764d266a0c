#include "view/groups_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

constexpr std::size_t widest_name = 40;

std::vector<const model::Group*> by_name(const model::Workspace& workspace) {
  std::vector<const model::Group*> groups;
  for (const model::Group& group : workspace.groups) groups.push_back(&group);
  std::ranges::sort(groups, {}, [](const auto* group) { return std::tie(group->name, group->id); });
  return groups;
}

std::string variables_of(const model::Group& group) {
  return group.variables ? std::to_string(group.variables->size()) : "?";
}

std::string environment_of(const model::Group& group, const model::Workspace& workspace) {
  return group.environment ? workspace.environment_label(*group.environment) : std::string{};
}

}  // namespace

std::string render_groups(const model::Workspace& workspace, const Style& style) {
  if (workspace.groups.empty())
    return fmt::format("Workspace {} has no environment groups.\n", safe(workspace.owner.name, style));
  const auto groups = by_name(workspace);
  const auto name_of = [&](const model::Group* group) { return cut(group->name, widest_name, style); };
  const std::size_t names = std::max<std::size_t>(5, column_width(groups, widest_name, name_of));
  const bool scoped =
      std::ranges::any_of(groups, [](const auto* group) { return group->environment.has_value(); });
  const auto line_of = [&](std::string_view name, std::string_view services, std::string_view variables,
                           std::string_view files, std::string_view id, const std::string& environment,
                           Colour colour) {
    Line line(style);
    line.add(pad(name, names), colour == Colour::plain ? Colour::strong : colour);
    line.add(fmt::format("  {:>8}  {:>9}  {:>5}  ", services, variables, files), colour);
    line.add(cut(id, line.room(), style), Colour::quiet);
    if (scoped && line.room() > 2) line.add("  ").add(cut(environment, line.room(), style), colour);
    return line.text() + '\n';
  };
  std::string out = line_of("group", "services", "variables", "files",
                            scoped ? fmt::format("{:<24}", "id") : "id", "environment", Colour::quiet);
  for (const model::Group* group : groups) {
    out += line_of(name_of(group), std::to_string(group->links.size()), variables_of(*group),
                   std::to_string(group->secret_files.size()), group->id.text(),
                   environment_of(*group, workspace), Colour::plain);
  }
  return out;
}

}  // namespace envlink::view
