#include "plan/loose_ends.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"

namespace envlink::plan {
namespace {

constexpr std::size_t most_named = 5;

Finding note(const char* id, const std::string& noun, const model::Word& name, std::string what,
             std::string cure) {
  return {id,
          Severity::note,
          fmt::format("{} {}", noun, clean(name.text)),
          std::move(what),
          std::move(cure),
          name.place};
}

bool is_linked(const model::Desired& desired, const std::string& group) {
  return std::ranges::any_of(desired.services, [&](const model::DesiredService& one) {
    return std::ranges::find(one.link, group, &model::Word::text) != one.link.end();
  });
}

/// Previews are Render's own doing: a link to one is no loose end.
void check_dangling(const model::Word& name, const model::Group& group, const model::Workspace& actual,
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
    findings.push_back(note("link-dangling", "group", name,
                            fmt::format("it shows a link to {}, {}", join_and(services, most_named), what),
                            "look at the group on Render; envlink leaves such links alone"));
  };
  tell(gone, "which Render does not find: gone, or hidden from this key");
  tell(unclear, "which the list of services does not name; what became of it is unknown");
}

}  // namespace

std::vector<Finding> check_loose_ends(const Context& context) {
  std::vector<Finding> findings;
  std::unordered_set<ServiceId> listed;
  for (const model::Service& service : context.actual.services) listed.insert(service.id);
  std::unordered_map<ServiceId, const model::Unread*> unread_of;
  for (const model::Unread& unread : context.actual.unread) unread_of.emplace(unread.service, &unread);
  for (std::size_t i = 0; i < context.desired.groups.size(); ++i) {
    const model::Word& name = context.desired.groups[i].name;
    if (!is_linked(context.desired, name.text)) {
      findings.push_back(note("group-unused", "group", name, "no service of the file links it",
                              "name it under a service's `link`, or take it out of the file"));
    }
    if (context.match.groups[i] == nullptr) continue;
    check_dangling(name, *context.match.groups[i], context.actual, listed, findings);
  }
  for (std::size_t i = 0; i < context.desired.services.size(); ++i) {
    const model::Service* service = context.match.services[i];
    if (service == nullptr) continue;
    const auto unread = unread_of.find(service->id);
    if (unread == unread_of.end()) continue;
    findings.push_back(note(
        "variables-unread", "service", context.desired.services[i].name,
        fmt::format("its variables are not all known: {}", clean(unread->second->why)),
        fmt::format("plan again later, or look at them with: envlink explain {}", clean(service->name))));
    findings.back().severity = Severity::warning;
  }
  return findings;
}

}  // namespace envlink::plan
