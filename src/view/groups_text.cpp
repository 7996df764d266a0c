#include "view/groups_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

std::vector<std::string> linked_names(const model::Group& group, const model::Workspace& workspace,
                                      const Style& style) {
  std::vector<std::string> names;
  for (const ServiceId& id : group.links) {
    const model::Service* service = workspace.find_service(id);
    names.push_back(safe(service != nullptr ? service->name : id.text(), style));
  }
  return names;
}

void field(std::string& out, std::string_view label, const std::string& text, const Style& style) {
  out += hanging(fmt::format("  {:<14}", label), 16, text, style);
}

}  // namespace

std::string render_groups(const model::Workspace& workspace, const Style& style) {
  if (workspace.groups.empty())
    return fmt::format("Workspace {} has no environment groups.\n", safe(workspace.owner.name, style));
  std::vector<const model::Group*> groups;
  for (const model::Group& group : workspace.groups) groups.push_back(&group);
  std::sort(groups.begin(), groups.end(), [](const auto* a, const auto* b) {
    return a->name != b->name ? a->name < b->name : a->id < b->id;
  });
  std::string out;
  for (const model::Group* group : groups) {
    out += fmt::format("{}  {}\n", paint(safe(group->name, style), Colour::strong, style),
                       paint(safe(group->id.text(), style), Colour::quiet, style));
    const auto names = linked_names(*group, workspace, style);
    field(out, "linked to", names.empty() ? "nothing" : join_and(names, 1000), style);
  }
  return out;
}

std::string render_group(const model::Group& group, const model::Workspace& workspace, const Style& style) {
  std::string out = fmt::format("{}  {}\n", paint(safe(group.name, style), Colour::strong, style),
                                paint(safe(group.id.text(), style), Colour::quiet, style));
  if (group.environment) field(out, "environment", safe(group.environment->text(), style), style);
  const auto names = linked_names(group, workspace, style);
  field(out, "linked to", names.empty() ? "nothing" : join_and(names, 1000), style);
  std::vector<std::string> keys =
      safe(model::keys_of(group.variables.value_or(std::vector<model::Variable>{})), style);
  std::sort(keys.begin(), keys.end());
  field(out, count_of(keys.size(), "variable"), keys.empty() ? "" : join(keys, ", "), style);
  if (!group.secret_files.empty())
    field(out, count_of(group.secret_files.size(), "secret file"),
          join(safe(group.secret_files, style), ", "), style);
  return out;
}

}  // namespace envlink::view
