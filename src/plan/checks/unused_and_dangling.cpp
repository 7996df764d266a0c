// Groups that nobody links, and links that lead nowhere.

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "plan/checks/checks.h"

namespace envlink::plan {
namespace {

constexpr std::size_t most_named = 5;

bool is_linked(const model::Desired& desired, const std::string& group) {
  return std::ranges::any_of(desired.services, [&](const model::DesiredService& one) {
    return std::ranges::find(one.link, group, &model::SourceString::text) != one.link.end();
  });
}

/// Previews are Render's own doing: a link to one is no loose end.
void check_links(const model::SourceString& name, const model::Group& group, const model::Workspace& actual,
                 const std::unordered_set<ServiceId>& listed, std::vector<Finding>& findings) {
  std::vector<std::string> gone;
  std::vector<std::string> unclear;
  for (const ServiceId& service : group.links) {
    if (listed.contains(service)) continue;
    const auto known = actual.unlisted.find(service);
    if (known == actual.unlisted.end() || known->second == model::Unlisted::other) {
      unclear.push_back(clean(service.text()));
    } else if (known->second == model::Unlisted::gone) {
      gone.push_back(clean(service.text()));
    }
  }
  const auto tell = [&](const std::vector<std::string>& services, std::string_view what) {
    if (services.empty()) return;
    findings.push_back(
        make_finding("link-dangling", fmt::format("group {}", clean(name.text)),
                     fmt::format("it shows a link to {}, {}", join_and(services, most_named), what),
                     "look at the group on Render; envlink leaves such links alone", name.place));
  };
  tell(gone, "which Render does not find: gone, or hidden from this key");
  tell(unclear, "which the list of services does not name; what became of it is unknown");
}

}  // namespace

void check_unused_groups(const PreflightInput& in, std::vector<Finding>& findings) {
  for (const model::DesiredGroup& group : in.context.desired.groups) {
    if (is_linked(in.context.desired, group.name.text)) continue;
    findings.push_back(make_finding(
        "group-unused", fmt::format("group {}", clean(group.name.text)), "no service of the file links it",
        "name it under a service's `link`, or take it out of the file", group.name.place));
  }
}

void check_dangling_links(const PreflightInput& in, std::vector<Finding>& findings) {
  std::unordered_set<ServiceId> listed;
  for (const model::Service& service : in.context.actual.services) listed.insert(service.id);
  for (std::size_t i = 0; i < in.context.desired.groups.size(); ++i) {
    if (in.context.match.groups[i] == nullptr) continue;
    check_links(in.context.desired.groups[i].name, *in.context.match.groups[i], in.context.actual, listed,
                findings);
  }
}

}  // namespace envlink::plan
