#include "engine/choose_owner.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "base/text.h"

namespace envlink::engine {
namespace {

std::vector<std::string> names_of(const std::vector<model::Owner>& owners) {
  std::vector<std::string> names;
  names.reserve(owners.size());
  for (const model::Owner& owner : owners) names.push_back(clean(owner.name));
  return names;
}

std::string label(const model::Owner& owner, bool alone) {
  const std::string name = clean(owner.name);
  return alone ? name : fmt::format("{} ({})", name, clean(owner.id.text()));
}

bool share_a_name(const std::vector<model::Owner>& owners) {
  std::set<std::string_view> names;
  return std::ranges::any_of(owners, [&](const auto& owner) { return !names.insert(owner.name).second; });
}

Error refusal(std::string what, std::string why, std::string cure) {
  return Error{ErrorKind::refused, std::move(what), std::move(why), std::move(cure), ""};
}

bool is_called(const model::Owner& owner, const std::string& name) {
  return owner.id.text() == name || owner.name == name;
}

}  // namespace

std::string label_of(const model::Owner& owner, const std::vector<model::Owner>& owners) {
  return label(owner, std::ranges::count(owners, owner.name, &model::Owner::name) <= 1);
}

std::string labels_of(const std::vector<model::Owner>& owners) {
  std::map<std::string_view, int> bearers;
  for (const model::Owner& owner : owners) ++bearers[owner.name];
  std::vector<std::string> labels;
  for (const model::Owner& owner : owners) labels.push_back(label(owner, bearers[owner.name] == 1));
  return join_and(labels);
}

bool is_decided(const std::vector<model::Owner>& owners, const model::Desired& desired,
                const std::string& named) {
  const std::string wanted = desired.workspace ? desired.workspace->text : named;
  if (std::ranges::any_of(owners, [&](const auto& owner) { return owner.id.text() == wanted; })) return true;
  const auto meant = std::ranges::count_if(
      owners, [&](const auto& owner) { return wanted.empty() || owner.name == wanted; });
  return meant > 1;
}

Result<model::Owner> choose_owner(const std::vector<model::Owner>& owners, const model::Desired& desired,
                                  const std::string& named) {
  const std::string wanted = desired.workspace ? desired.workspace->text : named;
  const std::vector<std::string> names = names_of(owners);
  if (owners.empty())
    return fail(refusal("the API key cannot access any workspace", "", "Use a member's key."));
  if (wanted.empty()) {
    if (owners.size() == 1) return owners.front();
    return fail(refusal(fmt::format("the API key can access {}", count_of(owners.size(), "workspace")),
                        "they are " + labels_of(owners),
                        share_a_name(owners) ? "Set `workspace: tea-…` in the file, or RENDER_WORKSPACE."
                                             : "Set `workspace: NAME` in the file, or RENDER_WORKSPACE."));
  }
  std::vector<const model::Owner*> found;
  for (const model::Owner& owner : owners) {
    if (is_called(owner, wanted)) found.push_back(&owner);
  }
  if (found.size() == 1 && !named.empty() && !is_called(*found.front(), named)) {
    return fail(refusal(
        fmt::format("the file is for workspace {}, but RENDER_WORKSPACE is {}", clean(wanted), clean(named)),
        "", "Correct one of them, or unset RENDER_WORKSPACE. Nothing was changed."));
  }
  if (found.size() == 1) return *found.front();
  if (found.size() > 1) {
    std::vector<std::string> ids;
    for (const model::Owner* owner : found) ids.push_back(clean(owner->id.text()));
    return fail(refusal(fmt::format("{} workspaces are named {}", found.size(), clean(wanted)),
                        "their ids are " + join_and(ids), "Use its id."));
  }
  const std::string near = nearest(wanted, names);
  return fail(refusal(fmt::format("the API key cannot access a workspace named {}", clean(wanted)),
                      "it can access " + labels_of(owners),
                      near.empty() ? "Correct the name, or use the API key of a member of that workspace."
                                   : "Did you mean " + near + "?"));
}

}  // namespace envlink::engine
